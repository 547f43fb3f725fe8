// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.ObjectDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * A client that may open service 143 only and tries for more, and for what others have, by all that the API offers. It
 * answers with what it tried and got, each in a line; nothing if it got nothing that it should not have.
 */
public final class HostileClient implements BundleActivator {

    private static final int ALLOWED = 143;
    private static final int FORBIDDEN = 3;
    /** {1: 0}: the uid of root, in the form that programs send to operation 1. */
    private static final byte[] CBOR = {(byte) 0xa1, 1, 0};

    private final List<String> gains = new ArrayList<>();
    private BundleContext bundle;

    static TestBundle bundle() {
        return new TestBundle(HostileClient.class, "org.ermine.tee", "org.ermine.tee.mink", "org.ermine.tee.runtime")
                .with(ForgedObject.class)
                .with(Attempt.class);
    }

    /** Something that must fail with an errno. */
    interface Attempt {
        void run() throws TeeException;
    }

    /** A reference that was made up: whoever believes its id lets it at the objects of others. */
    record ForgedObject(long id, TeeContext context) implements TeeObject {

        @Override
        public void invoke(int op, Arguments arguments) throws TeeException {
            context.root().invoke(op, arguments);
        }

        @Override
        public void invoke(int op, Arguments arguments, Duration timeout) throws TeeException {
            context.root().invoke(op, arguments, timeout);
        }

        @Override
        public TeeObject duplicate() {
            return this;
        }

        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public void close() {
            // There is nothing behind it.
        }
    }

    @Override
    public void start(BundleContext context) {
        bundle = context;
        context.registerService(Callable.class, this::work, FrameworkUtil.asDictionary(Map.of("hostile", true)));
    }

    /** What is registered is unregistered by the framework. */
    @Override
    public void stop(BundleContext context) {}

    private String work() throws TeeException {
        gains.clear();
        ServiceReference<TeeDevice> reference = bundle.getServiceReference(TeeDevice.class);
        TeeDevice device = bundle.getService(reference);
        try (TeeContext mine = device.open();
                TeeContext another = device.open()) {
            openMore(mine);
            pretend(mine, another);
            useObjectsOfAnother(mine, another);
            guess(mine);
            afterTheEnd(device);
        } finally {
            bundle.ungetService(reference);
        }
        return String.join("\n", gains);
    }

    private void mustFail(String what, String errno, Attempt attempt) {
        try {
            attempt.run();
            gains.add(what + ": nobody refused it");
        } catch (TeeException e) {
            String got = e.errno().map(Object::toString).orElse("result " + e.result());
            if (!got.equals(errno)) {
                gains.add(what + ": " + got + ", not " + errno + ": " + e.getMessage());
            }
        }
    }

    private static byte[] word(int number) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array();
    }

    private static TeeObject register(TeeContext tee, CallbackObject credentials) throws TeeException {
        Arguments arguments = new Arguments().in(credentials).outObject();
        tee.root().invoke(ClientEnv.OP_REGISTER_AS_CLIENT, arguments);
        return arguments.teeObject(1);
    }

    /** Goes past the proxy, which checks what it is given. */
    private void openMore(TeeContext mine) throws TeeException {
        try (TeeObject environment = register(mine, mine.credentials())) {
            environment.invoke(0, new Arguments().in(word(ALLOWED)).outObject());
            mustFail(
                    "another service",
                    "EACCES",
                    () -> environment.invoke(
                            0, new Arguments().in(word(FORBIDDEN)).outObject()));
            mustFail(
                    "another service, parameters turned round",
                    "EACCES",
                    () -> environment.invoke(0, new Arguments().outObject().in(word(FORBIDDEN))));
            mustFail("another service by a duplicate", "EACCES", () -> {
                try (TeeObject duplicate = environment.duplicate()) {
                    duplicate.invoke(0, new Arguments().in(word(FORBIDDEN)).outObject());
                }
            });
            mustFail(
                    "another service, with a number too long",
                    "EACCES",
                    () -> environment.invoke(
                            0,
                            new Arguments()
                                    .in(new byte[] {3, 0, 0, 0, 0, 0, 0, 0})
                                    .outObject()));
            mustFail(
                    "another service of the root object",
                    "EACCES",
                    () -> mine.root()
                            .invoke(0, new Arguments().in(word(FORBIDDEN)).outObject()));
            mustFail(
                    "what opens services, passed on",
                    "EACCES",
                    () -> mine.root().invoke(9000, new Arguments().in(environment)));
        }
        mustFail(
                "the driver's own rights",
                "EINVAL",
                () -> mine.root()
                        .invoke(5, new Arguments().in((ObjectReference) null).outObject()));
    }

    /** Tries to be somebody else, by all operations that register. */
    private void pretend(TeeContext mine, TeeContext another) throws TeeException {
        CallbackObject own = mine.credentials();
        CallbackObject forged = (op, arguments) -> {};
        CallbackObject forwarding = own::dispatch;
        byte[] whitelist = word(ALLOWED);
        mustFail(
                "a CBOR map of its own",
                "EACCES",
                () -> mine.root().invoke(1, new Arguments().in(CBOR).outObject()));
        mustFail("forged credentials", "EACCES", () -> register(mine, forged).close());
        mustFail(
                "credentials that forward",
                "EACCES",
                () -> register(mine, forwarding).close());
        mustFail(
                "forged credentials with a whitelist",
                "EACCES",
                () -> mine.root()
                        .invoke(3, new Arguments().in(whitelist).in(forged).outObject()));
        mustFail(
                "forged properties",
                "EACCES",
                () -> mine.root().invoke(5, new Arguments().in(forged).outObject()));
        mustFail(
                "the credentials of another bundle",
                "EACCES",
                () -> register(mine, ofAnotherBundle()).close());
        register(mine, another.credentials()).close();
        mine.root().invoke(3, new Arguments().in(whitelist).in(own).outObject());
    }

    /** Others may give away what core made for them, but nobody can use it. */
    private CallbackObject ofAnotherBundle() {
        try {
            Object given = bundle.getService(bundle.getServiceReferences(Supplier.class, null)
                            .iterator()
                            .next())
                    .get();
            return (CallbackObject) given;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void useObjectsOfAnother(TeeContext mine, TeeContext another) throws TeeException {
        try (TeeObject theirs = register(another, another.credentials());
                SharedMemory memory = another.allocate(4096)) {
            for (ObjectReference each : List.of(theirs, memory, another.root())) {
                mustFail(
                        "to pass " + each + " of another context",
                        "EINVAL",
                        () -> mine.root().invoke(9000, new Arguments().in(each)));
            }
        }
    }

    /** The ids of others' objects are no secret: TeeRuntime tells them. */
    private void guess(TeeContext mine) {
        TeeRuntime runtime = bundle.getService(bundle.getServiceReference(TeeRuntime.class));
        List<Long> ids = new ArrayList<>(List.of(-1L, 0L, 1L, 1L << 32));
        for (DeviceDTO device : runtime.snapshot().devices) {
            for (ContextDTO context : device.contexts) {
                for (ObjectDTO object : runtime.objects(context.id, 100)) {
                    ids.add(object.id);
                }
            }
        }
        for (long id : ids) {
            ForgedObject forged = new ForgedObject(id, mine);
            mustFail(
                    "to pass an object that was made up, id " + id,
                    "EINVAL",
                    () -> mine.root().invoke(9000, new Arguments().in(forged)));
        }
        if (ids.size() == 4) {
            gains.add("nobody else has objects: nothing was tried");
        }
    }

    private void afterTheEnd(TeeDevice device) throws TeeException {
        TeeContext closed = device.open();
        TeeObject root = closed.root();
        closed.close();
        mustFail("to invoke after the end", "ENODEV", () -> root.invoke(9000, new Arguments()));
        mustFail("memory after the end", "ENODEV", () -> closed.allocate(4096).close());
    }
}
