// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

/** Listener handlers are replaced, go and misbehave. */
public class ListenerSwapIT extends HotSwap {

    public ListenerSwapIT() {
        super(Kind.LISTENER);
    }
}
