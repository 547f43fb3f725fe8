// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Gogo commands, scope {@code tee}: what an operator sees of Ermine and does with it, in Felix and in Karaf.
 *
 * <p>The bundle owns no state but what one running command needs, and no thread: a command runs on the shell's. It registers
 * its components as command services and as listener of shell sessions, which brings completion to each of them. Listings
 * need {@link org.ermine.tee.runtime.TeeRuntime} and read nothing else; {@code info} and {@code services} open a context for
 * as long as they run; the commands on sealed objects are there while a {@code SealedStorage} service is, whose package is
 * imported optionally.
 *
 * <p>Everything that may be long is a {@link org.ermine.tee.shell.impl.Table}, made by the {@link
 * org.ermine.tee.shell.impl.Call} and printed by the {@link org.ermine.tee.shell.impl.Console}: so it has a bound unless all is
 * asked for, and fits the terminal. Contexts are had page by page.
 */
package org.ermine.tee.shell.impl;
