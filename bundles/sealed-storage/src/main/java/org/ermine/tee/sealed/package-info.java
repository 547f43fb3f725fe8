// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Sealed storage for application bundles.
 */
@Export
@Version("1.0.0")
package org.ermine.tee.sealed;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
