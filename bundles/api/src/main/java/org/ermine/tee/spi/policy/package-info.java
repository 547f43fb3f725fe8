// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** For whoever judges what bundles may do: a {@link org.ermine.tee.spi.policy.PermissionPolicy}. */
@Export
@Version("1.0.0")
package org.ermine.tee.spi.policy;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
