// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** The defects that the tests of handshakes have to find. The tests stand in the packages of what they test. */
package org.ermine.tee.itests.handshakes;
