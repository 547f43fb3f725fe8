// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What bundles may do: {@link org.ermine.tee.spi.policy.Permissions}, which the parts of Ermine ask, and
 * {@link org.ermine.tee.spi.policy.PermissionPolicy}, which a bundle offers that decides.
 */
@Export
@Version("2.0.0")
package org.ermine.tee.spi.policy;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
