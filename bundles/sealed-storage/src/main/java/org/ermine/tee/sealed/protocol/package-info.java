// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** How the trusted application is asked, and what its answers say. Knows nothing of connections and streams. */
package org.ermine.tee.sealed.protocol;
