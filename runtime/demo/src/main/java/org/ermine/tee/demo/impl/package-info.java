// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The demo: a bundle that carries out the main job on real files, checks each step, and ends the framework with an exit
 * code that says whether every step held. It is started by {@code runtime/ermine demo} only. It owns one thread, which
 * carries out the steps, and one that ends the JVM should that take too long. It offers no service; it needs sealed
 * storage, the shell's commands and the runtime's introspection, and waits for them.
 */
package org.ermine.tee.demo.impl;
