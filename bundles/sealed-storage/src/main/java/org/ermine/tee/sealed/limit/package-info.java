// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** The options, and the places that a bundle may have among the objects that the TA has open. */
package org.ermine.tee.sealed.limit;
