// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Options of components, as operators set them through Configuration Admin: read one by one with their ranges, and
 * refused by name without harm. For Ermine's bundles and for handlers and backends of others.
 *
 * <p>{@link org.ermine.tee.options.Options} keeps what is in force; {@link org.ermine.tee.options.OptionReader} is what
 * a component reads its options from.
 */
@Export
@Version("1.3.0")
package org.ermine.tee.options;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
