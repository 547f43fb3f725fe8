// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

/** A handler whose calls do not end in time. */
record FakeCalled(String name, Runnable overdue) implements Called {

    @Override
    public Object cause() {
        return name;
    }

    @Override
    public void failed() {
        overdue.run();
    }
}
