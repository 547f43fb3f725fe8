// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** Completion of the commands, in each session of Gogo and in the console of Karaf. Holds no session. */
package org.ermine.tee.shell.completion;
