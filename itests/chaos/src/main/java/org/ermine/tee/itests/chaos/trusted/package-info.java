// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** The bundle of the secure side. */
package org.ermine.tee.itests.chaos.trusted;
