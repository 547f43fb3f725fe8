// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.spi.TeeParam;

/** A device with a fake driver, and one open context. */
final class Fixture implements AutoCloseable {

    static final Owner OWNER = new Owner(17, "com.example.client", "1.2.3");

    final FakeDriver driver = new FakeDriver();
    final FakeMemory memory = new FakeMemory();
    final FakeWorkers workers = new FakeWorkers();
    final AtomicReference<FakeWorkers> presentWorkers = new AtomicReference<>(workers);
    final Device device = new Device("fake", driver, memory, presentWorkers::get);
    final Context context;
    final FakeContext backend;

    Fixture() throws TeeException {
        context = (Context) device.open(OWNER);
        backend = driver.last();
    }

    TeeContext open() throws TeeException {
        return device.open(OWNER);
    }

    /** Has the TEE return an object with this id. */
    TeeObject teeObject(long id) throws TeeException {
        FakeContext.Invocation before = backend.invocation;
        backend.invocation = (object, op, params) -> {
            params.get(0).object(TeeParam.Type.OBJREF_OUTPUT, id, TeeParam.FLAG_TEE);
            return 0;
        };
        try {
            Arguments arguments = new Arguments().outObject();
            context.root().invoke(0, arguments);
            return arguments.teeObject(0);
        } finally {
            backend.invocation = before;
        }
    }

    @Override
    public void close() {
        device.stop(Duration.ofSeconds(5));
    }
}
