// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Sealed storage for application bundles: files that a trusted application encrypts and that come back only on the same
 * device, unchanged and in their latest version.
 *
 * <pre>{@code
 * @Reference
 * SealedStorage storage;
 *
 * storage.seal("holiday pictures", Path.of("pictures.zip"));
 * storage.unseal("holiday pictures", Path.of("again.zip"));
 * }</pre>
 *
 * <p>Each bundle has a drawer of its own; others are shared. Names are known to the trusted application only. They are
 * any text of 1 to 255 bytes in UTF-8 without control characters.
 */
@Export
@Version("1.3.0")
package org.ermine.tee.sealed;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
