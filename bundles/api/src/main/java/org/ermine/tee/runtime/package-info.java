// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Introspection: the state of Ermine as data transfer objects, which the shell, health checks and tests read. Each part
 * that knows a part of the state is a {@link org.ermine.tee.runtime.RuntimeContributor}.
 *
 * <p>More than 16 classes, since each kind of thing that is described has a data transfer object of its
 * own.
 */
@Export
@Version("1.5.0")
package org.ermine.tee.runtime;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
