// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** What bundles have open: who uses it, why it ends, and that what it holds is given up once. */
package org.ermine.tee.sealed.lifecycle;
