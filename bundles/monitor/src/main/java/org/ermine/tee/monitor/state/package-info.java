// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** Writes the state that {@code TeeRuntime} tells, for people and for programs, the same everywhere. */
@Export
@Version("1.1.0")
package org.ermine.tee.monitor.state;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
