// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** How bundles of the run use the TEE. Each has a copy. */
package org.ermine.tee.itests.chaos.tee;
