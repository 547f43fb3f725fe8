// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * For tests of handlers, callback objects, trusted services and clients: a TEE in memory, without a framework.
 *
 * <ul>
 *   <li>{@link org.ermine.tee.testing.ErmineExtension} gives a JUnit test a TEE, its device and contexts;
 *   <li>{@link org.ermine.tee.testing.InMemoryTee} is that TEE, for tests of any other kind;
 *   <li>{@link org.ermine.tee.testing.Fault} lets something go wrong at a {@linkplain org.ermine.tee.testing.Point
 *       point} of an invocation's path;
 *   <li>{@code org.ermine.tee.testing.contract} has tests that any handler and trusted service has to pass.
 * </ul>
 *
 * <p>It is the code of Ermine's own bundles, from the context to the emulated QTEE: only the service registry is
 * another. It works on the class path. What it cannot show is how a bundle is wired and configured; that is for tests
 * in a framework.
 */
@Version("1.0.0")
package org.ermine.tee.testing;

import org.osgi.annotation.versioning.Version;
