// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** Bundles of clients: threads that make requests of all kinds. */
package org.ermine.tee.itests.chaos.client;
