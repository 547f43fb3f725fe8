// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What the user of the distribution sees: a prompt, or what the commands of a script print. The start script says which
 * of them, by framework properties. Gogo opens the terminal and then runs the hidden command {@code console:__open},
 * which hands both over to a thread of this bundle. That thread runs one shell after the other until one ends as its
 * user wants it, or all commands of a script, and then ends the framework; the launcher ends the JVM with the exit code
 * that stands in a system property.
 *
 * <p>One thread, which ends with the bundle: it is interrupted then, and waited for a few seconds. {@link
 * org.ermine.tee.console.impl.Console} guards by {@code this} which one it is.
 */
package org.ermine.tee.console.impl;
