// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** Streams and channels of sealed objects, as bundles have them. */
package org.ermine.tee.sealed.stream;
