// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.request;

import java.lang.reflect.Field;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** What tests of other packages see of the requests that are not answered yet. */
public final class PendingAccess {

    private PendingAccess() {}

    /**
     * Begins a copy of shared memory for a request. What is returned ends it; it says false if the copy was ended
     * before.
     */
    public static BooleanSupplier beginCopy(RequestQueue requests, long id) {
        return requests.pending().beginCopy(id)::end;
    }

    /** The lock of the requests. */
    public static ReentrantLock lock(RequestQueue requests) throws ReflectiveOperationException {
        Field lock = PendingRequests.class.getDeclaredField("lock");
        lock.setAccessible(true);
        return (ReentrantLock) lock.get(requests.pending());
    }
}
