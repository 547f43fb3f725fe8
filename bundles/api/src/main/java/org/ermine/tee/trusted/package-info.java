// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * API for those who write trusted services and trusted applications (TAs) to run in an emulated QTEE: without hardware,
 * and without protection. Both are OSGi services found by whiteboard, declared with {@link
 * org.ermine.tee.trusted.QteeService} and {@link org.ermine.tee.trusted.QteeApplication}.
 *
 * <p>The object model is symmetrical: {@link org.ermine.tee.trusted.TrustedObject} is hosted here and invoked by
 * clients, {@link org.ermine.tee.trusted.NormalObject} is hosted by the normal world and invoked from here, {@link
 * org.ermine.tee.trusted.MemoryObject} is memory of the normal world that can be mapped. All three stand as objects in
 * {@link org.ermine.tee.Arguments} and {@link org.ermine.tee.IncomingArguments}.
 *
 * <p>Clients learn what they can open by {@link org.ermine.tee.trusted.OpenableService}s.
 *
 * <p>The normal world can be called only in the course of an invocation by it, on the thread that carries it out.
 */
@Export
@Version("1.2.0")
package org.ermine.tee.trusted;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
