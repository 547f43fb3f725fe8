// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.files.GpFileStorage;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;

/** A secure world with a device key and counters; its files are those of a handler. Can lose power. */
public final class FakeEnvironment implements TrustedEnvironment {

    /** Serves listener 0x7000. */
    @FunctionalInterface
    public interface FileHandler {
        void handle(ByteBuffer message) throws TeeException;
    }

    /** The device lost power: what was running does not go on. */
    public static final class PowerLoss extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Who invokes unless it is another one; its name is short, as nodes of the index are small in tests. */
    static final TrustedClient CLIENT = new TrustedClient(7, "c");

    private final String device;
    private final FileHandler storage;
    private final Map<String, Long> counters = new HashMap<>();
    private int advances;
    private int steps;
    private int lastAdvance;
    private int lastStep = Integer.MAX_VALUE;
    private boolean lastStepTakesPlace;
    private BooleanSupplier secureStateFull = () -> false;
    private Optional<TrustedClient> client = Optional.of(CLIENT);
    private volatile IntConsumer requested = command -> {};

    public FakeEnvironment(String device, FileHandler storage) {
        this.device = device;
        this.storage = storage;
    }

    /** Power goes at the {@code step}-th change of files or counters from now on, before or after it took place. */
    public void losePowerAt(int step, boolean takesPlace) {
        steps = 0;
        lastStep = step;
        lastStepTakesPlace = takesPlace;
    }

    public void restorePower() {
        lastStep = Integer.MAX_VALUE;
    }

    /** When there is no room to advance a counter. */
    void secureStateFull(BooleanSupplier full) {
        secureStateFull = full;
    }

    /** Which step since power was to be lost advanced a counter last. */
    int lastAdvance() {
        return lastAdvance;
    }

    /** How often a counter was advanced. */
    int advances() {
        return advances;
    }

    public Map<String, Long> counters() {
        return counters;
    }

    @Override
    public String name() {
        return "ermine.sealedstorage";
    }

    @Override
    public Optional<TrustedClient> client() {
        return client;
    }

    /** Sets the client that invokes from now on. */
    public void client(TrustedClient present) {
        client = Optional.of(present);
    }

    /** From now on the client that invokes is not known. */
    void nobody() {
        client = Optional.empty();
    }

    @Override
    public byte[] deriveKey(String purpose) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest((device + "/" + purpose).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public synchronized long counter(String name) {
        return counters.getOrDefault(name, 0L);
    }

    @Override
    public synchronized void advance(String name, long value) throws TeeException {
        if (value <= counter(name)) {
            throw new TeeException(TeeResult.INVALID, "counter " + name + " cannot go back to " + value);
        }
        if (secureStateFull.getAsBoolean()) {
            throw new TeeException(TeeResult.ERROR, Errno.ENOSPC, "the disk of the secure state is full");
        }
        advances++;
        lastAdvance = steps + 1;
        step(() -> counters.put(name, value));
    }

    @Override
    public void request(int listener, ByteBuffer message, int answer) throws TeeException {
        requested.accept(message.getInt(0));
        requestInTurn(listener, message, answer);
    }

    /** Has each request told by its command, in the thread that asks, before it has its turn. */
    void whenRequested(IntConsumer told) {
        requested = told;
    }

    private synchronized void requestInTurn(int listener, ByteBuffer message, int answer) throws TeeException {
        if (listener != GpFileStorage.LISTENER) {
            throw new TeeException(TeeResult.UNAVAIL, "no listener " + listener);
        }
        ByteBuffer shared = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        shared.limit(Math.max(message.limit(), answer));
        step(() -> storage.handle(shared));
    }

    @Override
    public TrustedObject open(int uid) throws TeeException {
        throw new TeeException(TeeResult.of(10), "there is no service " + uid);
    }

    private interface Step {
        void run() throws TeeException;
    }

    private void step(Step step) throws TeeException {
        steps++;
        if (steps < lastStep) {
            step.run();
            return;
        }
        if (steps == lastStep && lastStepTakesPlace) {
            step.run();
        }
        throw new PowerLoss();
    }
}
