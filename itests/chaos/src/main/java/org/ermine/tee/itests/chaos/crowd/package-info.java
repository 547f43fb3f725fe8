// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** The bundle of many listeners that nobody asks. */
package org.ermine.tee.itests.chaos.crowd;
