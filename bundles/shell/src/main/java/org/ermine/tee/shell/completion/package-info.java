// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Completion of the commands, in each session of Gogo and in the console of Karaf; and a line editor that any name and
 * any line leave alive. Holds no session, and line readers of Gogo weakly.
 */
package org.ermine.tee.shell.completion;
