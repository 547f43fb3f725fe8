// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

/** An activation of a bundle that opens contexts. They end with it. */
public final class Owner {

    private final String name;
    private volatile boolean ending;

    Owner(String name) {
        this.name = name;
    }

    /** From now on its contexts may be closed under its requests. */
    public void ending() {
        ending = true;
    }

    public boolean isEnding() {
        return ending;
    }

    @Override
    public String toString() {
        return name;
    }
}
