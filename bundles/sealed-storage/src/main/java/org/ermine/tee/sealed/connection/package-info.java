// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** The way of each bundle to the TA: which device, which connection, kept for how long. */
package org.ermine.tee.sealed.connection;
