// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

/** Named callback implementations are replaced, go and misbehave. */
public class CallbackSwapIT extends HotSwap {

    public CallbackSwapIT() {
        super(Kind.CALLBACK);
    }
}
