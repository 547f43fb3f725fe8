// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.Arguments;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;

/** QTEE's {@code IAppLoader}: loads trusted applications (TAs) and connects to loaded ones. */
public final class AppLoader implements AutoCloseable {

    public static final int OP_LOAD_FROM_BUFFER = 0;
    public static final int OP_LOAD_FROM_REGION = 1;
    public static final int OP_LOAD_EMBEDDED = 2;
    public static final int OP_CONNECT = 3;

    public static final int ERROR_INVALID_BUFFER = 10;
    public static final int ERROR_METADATA_INVALID = 13;
    public static final int ERROR_MAX_NUM_APPS = 14;
    public static final int ERROR_NO_NAME_IN_METADATA = 15;
    public static final int ERROR_ALREADY_LOADED = 16;
    public static final int ERROR_EMBEDDED_IMAGE_NOT_FOUND = 17;
    public static final int ERROR_APP_NOT_LOADED = 22;

    private static final int ERROR_HEAP = 18;

    private static final ServiceErrors ERRORS = new ServiceErrors(Map.of(
            ERROR_INVALID_BUFFER,
            "the image is invalid",
            ERROR_METADATA_INVALID,
            "the metadata of the image are invalid",
            ERROR_MAX_NUM_APPS,
            "the TEE has loaded as many applications as it may; of an emulated one that is option maxApplications of"
                    + " org.ermine.tee.qtee.emulator",
            ERROR_NO_NAME_IN_METADATA,
            "the metadata of the image name no application",
            ERROR_ALREADY_LOADED,
            "it is loaded already",
            ERROR_EMBEDDED_IMAGE_NOT_FOUND,
            "the TEE contains no such application",
            ERROR_HEAP,
            "the TEE has no memory for it; of an emulated one that is option heapMiB of org.ermine.tee.qtee.emulator",
            ERROR_APP_NOT_LOADED,
            "it is not loaded"));

    /** How long an application may take to be unloaded, and how long to wait before it is looked for again. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long FIRST_PAUSE_MILLIS = 1;
    private static final long LONGEST_PAUSE_MILLIS = 32;

    private final TeeObject object;
    private final CountDownLatch closed = new CountDownLatch(1);

    private AppLoader(TeeObject object) {
        this.object = object;
    }

    /** Opens the loader. */
    public static AppLoader open(ClientEnv environment) throws TeeException {
        return new AppLoader(environment.open(QteeUid.APP_LOADER));
    }

    /** Loads the TA whose image is {@code image}, from position to limit. */
    public AppController loadFromBuffer(ByteBuffer image) throws TeeException {
        return controller(
                "load an application from a buffer",
                OP_LOAD_FROM_BUFFER,
                new Arguments().in(image).outObject());
    }

    /** Loads the TA whose image stands in shared memory. */
    public AppController loadFromRegion(SharedMemory image) throws TeeException {
        return controller(
                "load an application from memory",
                OP_LOAD_FROM_REGION,
                new Arguments().in(image).outObject());
    }

    /** Loads a TA that QTEE itself contains. */
    public AppController loadEmbedded(String name) throws TeeException {
        return controller("load application " + name, OP_LOAD_EMBEDDED, named(name));
    }

    /** Connects to a TA that is loaded. */
    public AppController connect(String name) throws TeeException {
        return controller("connect to application " + name, OP_CONNECT, named(name));
    }

    /**
     * Connects to a TA that QTEE contains, loading it first if it is not loaded. When the last of its other clients
     * unloads it between the two, which happens in the background, this starts over after a pause: for 5 seconds, until
     * this loader is closed, or until the thread is interrupted, whose interrupt status stays set.
     *
     * @throws TeeException with {@link #ERROR_APP_NOT_LOADED} if the TA was being unloaded all the time
     */
    public AppController connectOrLoadEmbedded(String name) throws TeeException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            try {
                return loadEmbedded(name);
            } catch (TeeException e) {
                requireResult(ERROR_ALREADY_LOADED, e);
            }
            try {
                return connect(name);
            } catch (TeeException e) {
                requireResult(ERROR_APP_NOT_LOADED, e);
                if (System.nanoTime() - end >= 0 || !pause(pause)) {
                    throw e;
                }
            }
        }
    }

    private static void requireResult(int expected, TeeException failure) throws TeeException {
        if (failure.result().code() != expected) {
            throw failure;
        }
    }

    /**
     * Lets other clients go on. Returns false if there is no point in another attempt: the loader was closed, or the
     * thread interrupted.
     */
    private boolean pause(long millis) {
        try {
            return !closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        object.close();
    }

    private static Arguments named(String name) {
        return new Arguments().in(name.getBytes(StandardCharsets.UTF_8)).outObject();
    }

    private AppController controller(String what, int op, Arguments arguments) throws TeeException {
        ERRORS.inWords(what, () -> object.invoke(op, arguments));
        return new AppController(arguments.teeObject(1));
    }
}
