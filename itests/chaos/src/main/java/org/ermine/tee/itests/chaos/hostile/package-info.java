// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** The bundle whose callback objects and listeners do what no neighbour should. */
package org.ermine.tee.itests.chaos.hostile;
