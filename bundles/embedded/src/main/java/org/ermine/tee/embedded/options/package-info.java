// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Options of components, as operators set them through Configuration Admin: read one by one with their ranges, and
 * refused by name without harm.
 *
 * <p>{@link org.ermine.tee.embedded.options.Options} keeps what is in force; {@link
 * org.ermine.tee.embedded.options.OptionReader} is what a component reads its options from.
 */
package org.ermine.tee.embedded.options;
