// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.options;

/** What a number may be, both ends included. */
record OptionRange(long least, long most) {

    boolean contains(long number) {
        return number >= least && number <= most;
    }

    @Override
    public String toString() {
        return least + " to " + most;
    }
}
