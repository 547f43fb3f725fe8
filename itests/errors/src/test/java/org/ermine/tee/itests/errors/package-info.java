// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** Errors at each allocation that an operation passes in Ermine, and what is left of the operation then. */
package org.ermine.tee.itests.errors;
