// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.fakes;

import org.ermine.tee.supplicant.call.Called;

/** A handler whose calls do not end in time. */
public record FakeCalled(String name, Runnable overdue) implements Called {

    @Override
    public Object cause() {
        return name;
    }

    @Override
    public void failed() {
        overdue.run();
    }
}
