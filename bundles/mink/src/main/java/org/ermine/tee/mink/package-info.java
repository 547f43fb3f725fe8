// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Typed proxies of QTEE's own interfaces: client environment, application loader and controller, diagnostics, feature
 * versions, listener registration. Operation numbers, argument orders and error codes are those of the interface
 * definitions that Qualcomm publishes with minkipc and quic-teec.
 *
 * <p>A proxy owns the {@link org.ermine.tee.TeeObject} it wraps and closes it. Proxies hold no other state and no
 * thread, and are as thread safe as the object.
 */
@Export
@Version("1.2.0")
package org.ermine.tee.mink;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
