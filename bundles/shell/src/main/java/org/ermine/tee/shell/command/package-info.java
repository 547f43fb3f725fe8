// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What a command is: how it is called and described, where it writes, how it fails. And an overview of the bundle.
 *
 * <p>The bundle offers Gogo commands, scope {@code tee}: what an operator sees of Ermine and does with it, in Felix and
 * in Karaf. It owns no state but what one running command needs, and no thread: a command runs on the shell's. It
 * registers its components as command services and as listener of shell sessions, which brings completion to each of
 * them.
 *
 * <p>Packages, each of which needs only those above it:
 *
 * <ul>
 *   <li>{@code text}: tables, broken lines and quantities
 *   <li>{@code command}: this one
 *   <li>{@code completion}: completes the commands, in Gogo's and in Karaf's console
 *   <li>{@code runtime}: listings of what {@link org.ermine.tee.runtime.TeeRuntime} tells, and recordings
 *   <li>{@code qtee}: {@code info} and {@code services}, which open a context for as long as they run
 *   <li>{@code sealed}: the commands on sealed objects, which are there while a {@code SealedStorage} service is
 * </ul>
 *
 * <p>A part that needs a service which a healthy system may lack is offered by a component that waits for nothing: a
 * component that waits would have the bundle look as if something were missing.
 *
 * <p>Everything that may be long is a {@link org.ermine.tee.shell.text.Table}, made by the {@link
 * org.ermine.tee.shell.command.Call} and printed by the {@link org.ermine.tee.shell.command.Console}: so it has a bound
 * unless all is asked for, and fits the terminal. Contexts are had page by page.
 */
package org.ermine.tee.shell.command;
