// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.fakes;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.core.context.Context;
import org.ermine.tee.core.device.ContextPlaces;
import org.ermine.tee.core.device.Counters;
import org.ermine.tee.core.device.Device;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.spi.TeeObserver;
import org.ermine.tee.spi.TeeParam;

/** A device with a fake driver, and one open context. */
public final class Fixture implements AutoCloseable {

    public static final Owner OWNER = new Owner(17, "com.example.client", "1.2.3");

    private static final Pattern INSIDE = Pattern.compile("(\\d+) call\\(s\\) in the TEE");

    public final FakeDriver driver = new FakeDriver();
    public final FakeMemory memory = new FakeMemory();
    public final FakeWorkers workers = new FakeWorkers();
    public final AtomicReference<FakeWorkers> presentWorkers = new AtomicReference<>(workers);
    public final AtomicReference<TeeObserver> observer = new AtomicReference<>();
    public final Device device = new Device(
            "fake",
            driver,
            memory,
            presentWorkers::get,
            new Counters(),
            observer,
            Duration.ofSeconds(10),
            new ContextPlaces(32_768, 100));
    public final Context context;
    public final FakeContext backend;

    public Fixture() throws TeeException {
        context = (Context) device.open(OWNER);
        backend = driver.last();
    }

    public TeeContext open() throws TeeException {
        return device.open(OWNER);
    }

    /** Has the TEE return an object with this id. */
    public TeeObject teeObject(long id) throws TeeException {
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

    /** How many calls are in the TEE. */
    public int inside() {
        Matcher inside = INSIDE.matcher(context.remains());
        if (!inside.find()) {
            throw new IllegalStateException(context.remains());
        }
        return Integer.parseInt(inside.group(1));
    }

    @Override
    public void close() {
        device.stop(Duration.ofSeconds(5));
    }
}
