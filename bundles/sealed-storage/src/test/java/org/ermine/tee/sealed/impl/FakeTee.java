// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.ArgumentAccess;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.fakes.FakeTeeObject;
import org.ermine.tee.mink.AppController;
import org.ermine.tee.mink.AppLoader;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.QteeUid;
import org.ermine.tee.ta.sealedstorage.impl.UsualApplication;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;

/** A QTEE without a transport, which has the sealed storage TA. Counts what is open. */
public final class FakeTee implements TeeDevice {

    private final TrustedEnvironment environment;
    private final AtomicInteger openContexts = new AtomicInteger();
    private final AtomicInteger openObjects = new AtomicInteger();
    private final AtomicInteger contextsEverOpened = new AtomicInteger();
    private final Set<TeeContext> contexts = ConcurrentHashMap.newKeySet();
    private final Object changes = new Object();
    private TrustedObject application;
    private boolean applicationDeployed = true;
    private volatile boolean gone;
    private volatile boolean answersLost;
    private volatile boolean served = true;
    private volatile boolean permitted = true;
    /** What buffers clients have passed, and whoever looks at them later finds in them. */
    private final Set<byte[]> passed = ConcurrentHashMap.newKeySet();

    private volatile boolean remembers = true;

    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private final AtomicInteger invocationsLeft = new AtomicInteger(Integer.MAX_VALUE);

    public FakeTee(TrustedEnvironment environment) {
        this.environment = environment;
    }

    public int openContexts() {
        return openContexts.get();
    }

    public int openObjects() {
        return openObjects.get();
    }

    int contextsEverOpened() {
        return contextsEverOpened.get();
    }

    /** Fails if a client has left anything open. */
    public void assertNothingOpen() {
        assertEquals(0, openContexts(), "contexts left open");
        assertEquals(0, openObjects(), "objects left open");
    }

    /** Waits until every context and object was closed. */
    void awaitNothingOpen() throws InterruptedException {
        synchronized (changes) {
            while (openContexts() + openObjects() > 0) {
                changes.wait();
            }
        }
    }

    private void closed(AtomicInteger open) {
        synchronized (changes) {
            open.decrementAndGet();
            changes.notifyAll();
        }
    }

    synchronized void undeployApplication() {
        applicationDeployed = false;
        application = null;
    }

    synchronized void deployApplication() {
        applicationDeployed = true;
    }

    /** For tests without an end to what is passed: nobody looks at it later. */
    void forgetWhatIsPassed() {
        remembers = false;
        passed.clear();
    }

    /** In how many of the arrays that were ever passed the bytes stand now. */
    long passedWith(byte[] bytes) {
        return passed.stream()
                .filter(array -> new String(array, StandardCharsets.ISO_8859_1)
                        .contains(new String(bytes, StandardCharsets.ISO_8859_1)))
                .count();
    }

    /** As core does with the contexts of a bundle that lost its right to them. */
    void closeContexts() {
        contexts.forEach(TeeContext::close);
    }

    /** The device goes after so many more invocations. */
    void goAfter(int invocations) {
        invocationsLeft.set(invocations);
    }

    /** The device goes after so many more invocations and one that takes effect, and whose answer does not come. */
    void goWithoutAnAnswerAfter(int invocations) {
        answersLost = true;
        invocationsLeft.set(invocations);
    }

    /** The next invocation fails as none should. */
    void failOnce(RuntimeException unexpected) {
        failure.set(unexpected);
    }

    void comeBack() {
        gone = false;
        answersLost = false;
        invocationsLeft.set(Integer.MAX_VALUE);
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public TeeVersion version() {
        return new TeeVersion(TeeVersion.QTEE, 0, TeeVersion.OBJECTS, "5.2.0");
    }

    @Override
    public TeeContext open() throws TeeException {
        requirePresent();
        if (!permitted) {
            throw new TeeException(Errno.EACCES, "the bundle has no right to it");
        }
        return new FakeContext();
    }

    /** Whether a supplicant is there that could answer what the TEE asks. */
    void served(boolean served) {
        this.served = served;
    }

    /** Whether contexts can be opened. */
    void permitted(boolean permitted) {
        this.permitted = permitted;
    }

    private void requirePresent() throws TeeException {
        if (!served) {
            throw new TeeException(TeeResult.UNAVAIL, Errno.ENODEV, "no supplicant is running");
        }
        if (gone) {
            throw new TeeException(Errno.ENODEV, "the device is gone");
        }
    }

    private TrustedObject root() {
        return (op, arguments) -> {
            require(op == ClientEnv.OP_REGISTER_AS_CLIENT);
            arguments.outputObject(0, (TrustedObject) this::clientEnvironment);
        };
    }

    private void clientEnvironment(int op, IncomingArguments arguments) throws TeeException {
        require(op == ClientEnv.OP_OPEN && arguments.input(0).getInt() == QteeUid.APP_LOADER);
        arguments.outputObject(0, (TrustedObject) this::loader);
    }

    private synchronized void loader(int op, IncomingArguments arguments) throws TeeException {
        if (!applicationDeployed) {
            throw new TeeException(TeeResult.of(AppLoader.ERROR_EMBEDDED_IMAGE_NOT_FOUND), "no such TA");
        }
        if (op == AppLoader.OP_LOAD_EMBEDDED) {
            if (application != null) {
                throw new TeeException(TeeResult.of(AppLoader.ERROR_ALREADY_LOADED), "loaded");
            }
            application = UsualApplication.create().start(environment);
        } else {
            require(op == AppLoader.OP_CONNECT && application != null);
        }
        arguments.outputObject(0, (TrustedObject) this::controller);
    }

    private synchronized void controller(int op, IncomingArguments arguments) throws TeeException {
        require(op == AppController.OP_GET_APP_OBJECT);
        if (application == null) {
            throw new TeeException(TeeResult.of(AppController.ERROR_APP_UNLOADED), "the TA is gone");
        }
        arguments.outputObject(0, application);
    }

    private static void require(boolean condition) throws TeeException {
        if (!condition) {
            throw new TeeException(TeeResult.INVALID, "not what a client of sealed storage asks for");
        }
    }

    private final class FakeContext implements TeeContext {

        private final AtomicBoolean closed = new AtomicBoolean();

        FakeContext() {
            openContexts.incrementAndGet();
            contextsEverOpened.incrementAndGet();
            contexts.add(this);
        }

        @Override
        public TeeDevice device() {
            return FakeTee.this;
        }

        @Override
        public TeeObject root() {
            return new FakeObject(this, FakeTee.this.root(), false);
        }

        @Override
        public CallbackObject credentials() {
            return (op, arguments) -> {};
        }

        @Override
        public CallbackObject callback(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SharedMemory allocate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SharedMemory register(ByteBuffer direct) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isClosed() {
            return closed.get();
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                FakeTee.this.closed(openContexts);
            }
        }
    }

    private final class FakeObject extends FakeTeeObject {

        private final TeeContext context;
        private final TrustedObject object;
        private final AtomicBoolean closed = new AtomicBoolean();
        private final boolean counted;

        FakeObject(TeeContext context, TrustedObject object, boolean counted) {
            this.context = context;
            this.object = object;
            this.counted = counted;
            if (counted) {
                openObjects.incrementAndGet();
            }
        }

        @Override
        public void invoke(int op, Arguments arguments) throws TeeException {
            if (closed.get()) {
                throw new IllegalStateException("the reference was closed");
            }
            RuntimeException unexpected = failure.getAndSet(null);
            if (unexpected != null) {
                throw unexpected;
            }
            boolean last = invocationsLeft.getAndDecrement() == 0;
            gone |= last;
            if (!last || !answersLost) {
                requirePresent();
            }
            if (context.isClosed()) {
                throw new TeeException(Errno.ENODEV, "the context is closed");
            }
            DirectArguments direct = toDirect(arguments);
            object.invoke(op, direct);
            requirePresent();
            takeOutputs(direct, arguments);
        }

        private DirectArguments toDirect(Arguments arguments) {
            DirectArguments direct = new DirectArguments();
            for (int i = 0; i < arguments.count(); i++) {
                switch (arguments.kind(i)) {
                    case INPUT_BUFFER -> direct.in(bytes(arguments, i));
                    case OUTPUT_BUFFER -> direct.out(bytes(arguments, i));
                    case OUTPUT_OBJECT -> direct.outObject();
                    case INPUT_OBJECT -> {
                        // The credentials: nobody asks for them here.
                    }
                }
            }
            return direct;
        }

        private ByteBuffer bytes(Arguments arguments, int index) {
            byte[] array = ArgumentAccess.array(arguments, index);
            if (array == null) {
                return ArgumentAccess.byteBuffer(arguments, index);
            }
            if (remembers) {
                passed.add(array);
            }
            return ByteBuffer.wrap(
                    array, ArgumentAccess.offset(arguments, index), ArgumentAccess.capacity(arguments, index));
        }

        private void takeOutputs(DirectArguments direct, Arguments arguments) {
            int buffers = 0;
            int objects = 0;
            for (int i = 0; i < arguments.count(); i++) {
                if (arguments.kind(i) == Arguments.Kind.OUTPUT_BUFFER) {
                    ArgumentAccess.written(
                            arguments, i, direct.output(buffers++).position());
                } else if (arguments.kind(i) == Arguments.Kind.OUTPUT_OBJECT) {
                    TrustedObject output = (TrustedObject) direct.outputObject(objects++);
                    ArgumentAccess.returned(arguments, i, new FakeObject(context, output, true));
                }
            }
        }

        @Override
        public TeeObject duplicate() {
            return new FakeObject(context, object, counted);
        }

        @Override
        public boolean isClosed() {
            return closed.get();
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true) && counted) {
                object.released();
                FakeTee.this.closed(openObjects);
            }
        }
    }
}
