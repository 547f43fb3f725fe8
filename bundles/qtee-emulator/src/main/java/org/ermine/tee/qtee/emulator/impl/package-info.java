// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The secure world in software, put together and offered as a {@code SecureChannel} with {@code
 * tee.device=qtee-emulator}. Needs {@code PhysicalMemory}; finds trusted services and applications on the whiteboard.
 *
 * <p>Knows the framework, the configuration and every part of the secure world, which stand in the packages beside it
 * and know neither this one nor the framework: {@code call} carries an invocation out, on what {@code message} reads;
 * {@code object} hosts what is invoked, {@code normalworld} refers to what is called back; {@code service}, {@code
 * listener} and {@code app} are what clients find; {@code state} and {@code limit} stand below them. Arrows lead one
 * way between packages.
 *
 * <p>Invocations run on the thread of whoever invokes the channel. Threads of its own, {@code ermine-trusted-services},
 * at most two for a bundle, get and give back trusted code where that of all bundles is treated in turn: at the start,
 * and when permissions change. It protects nothing and is for development.
 *
 * <p>The monitor of an offered service guards whether it is in the secure world, and gone; what guards what in the
 * secure world is told by each package.
 */
@Capability(namespace = RequireTee.NAMESPACE, name = RequireEmulator.EMULATOR, version = "1.0")
package org.ermine.tee.qtee.emulator.impl;

import org.ermine.tee.RequireTee;
import org.ermine.tee.trusted.RequireEmulator;
import org.osgi.annotation.bundle.Capability;
