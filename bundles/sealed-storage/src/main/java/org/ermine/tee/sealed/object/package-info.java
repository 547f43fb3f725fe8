// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** One operation's session with the TA and the objects that it opens there, to be read or written piece by piece. */
package org.ermine.tee.sealed.object;
