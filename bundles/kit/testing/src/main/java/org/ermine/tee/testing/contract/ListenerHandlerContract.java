// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.TeeException;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.TeeListener;
import org.ermine.tee.testing.Deployment;
import org.ermine.tee.testing.InMemoryTee;
import org.ermine.tee.testing.impl.ServiceProperties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a {@link ListenerHandler} has to stand. To extend it takes a handler and a request that it answers:
 *
 * <pre>{@code
 * class MyHandlerContractTest extends ListenerHandlerContract {
 *     protected ListenerHandler handler() {
 *         return new MyHandler();
 *     }
 *
 *     protected void putRequest(ByteBuffer message) {
 *         message.putInt(1).putInt(21);
 *     }
 *
 *     protected void checkAnswer(ByteBuffer message) {
 *         assertEquals(42, message.getInt(4));
 *     }
 * }
 * }</pre>
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class ListenerHandlerContract {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerHandlerContract.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int CLIENTS = 4;
    private static final int REQUESTS = 50;
    private static final int COMMANDS = 300;
    private static final int JUNK_MESSAGES = 100;
    /** Bytes from the start of a message in which each word is made extreme. */
    private static final int EXTREMES = 320;

    /** A new handler. */
    protected abstract ListenerHandler handler();

    /** Writes a request that the handler answers, from the position on. The rest of the message is 0. */
    protected abstract void putRequest(ByteBuffer message);

    /** Checks the answer to that request: the whole message, position 0. */
    protected abstract void checkAnswer(ByteBuffer message);

    /** Service properties on top of those that the handler's class declares with {@link TeeListener}. */
    protected Map<String, ?> properties() {
        return Map.of();
    }

    private ListenerHandler handler;
    private Map<String, Object> allProperties;

    @BeforeEach
    void begin() {
        handler = handler();
        allProperties = ServiceProperties.of(handler.getClass(), properties());
        assertTrue(
                allProperties.keySet().containsAll(List.of(ListenerHandler.ID, ListenerHandler.BUFFER_SIZE)),
                handler.getClass() + " has no @TeeListener, and there are no properties in its place");
    }

    @Test
    @DisplayName("the request is answered, whoever else asks at the same time")
    void answersManyClients() throws Exception {
        try (InMemoryTee tee = InMemoryTee.start()) {
            tee.deploy(handler, properties());
            Callers.run(CLIENTS, REQUESTS, () -> ask(tee));
            long failures = tee.runtime().snapshot().handlers[0].failures;
            assertEquals(0, failures, "requests that the handler failed");
        }
    }

    @Test
    @DisplayName("whatever the command, it is answered or refused, and the next request is answered")
    void standsEveryCommand() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < COMMANDS; i++) {
            int command = i < COMMANDS / 2 ? i - 2 : random.nextInt();
            stand(request().putInt(0, command), "command " + command);
        }
        requireAnswer();
    }

    @Test
    @DisplayName("whatever stands behind a command, it is answered or refused, and the next request is answered")
    void standsJunk() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < JUNK_MESSAGES; i++) {
            ByteBuffer message = request();
            byte[] junk = new byte[message.capacity() - Integer.BYTES];
            random.nextBytes(junk);
            stand(message.put(Integer.BYTES, junk), "junk " + i);
        }
        requireAnswer();
    }

    @Test
    @DisplayName("numbers as small and as large as can be are answered or refused, and the next request is answered")
    void standsExtremes() throws Exception {
        int size = bufferSize();
        for (int extreme : new int[] {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, size - 1, size, size + 1}) {
            for (int at = Integer.BYTES; at < EXTREMES && at + Integer.BYTES <= size; at += Integer.BYTES) {
                stand(request().putInt(at, extreme), "the word at " + at + " is " + extreme);
            }
        }
        requireAnswer();
    }

    @Test
    @DisplayName("a message is not touched after its answer")
    void doesNotKeepTheMessage() throws Exception {
        ByteBuffer first = request();
        handler.handle(first);
        byte[] other = new byte[first.capacity()];
        Arrays.fill(other, (byte) 0x5a);
        first.clear().put(0, other);

        requireAnswer();

        assertEquals(ByteBuffer.wrap(other), first.clear(), "a message that was answered before");
    }

    @Test
    @DisplayName("interrupted, it comes to an end, and the next request is answered")
    void standsAnInterrupt() throws Exception {
        Callers.within(LIMIT, "an interrupted request", () -> {
            Thread.currentThread().interrupt();
            stand(request(), "an interrupt");
        });
        requireAnswer();
    }

    @Test
    @DisplayName("a request is answered within the handler's time limit")
    void isInTime() throws Exception {
        long millis = (long) allProperties.getOrDefault(ListenerHandler.TIME_LIMIT, 0L);
        Callers.within(millis == 0 ? LIMIT : Duration.ofMillis(millis), "a request", this::requireAnswer);
    }

    @Test
    @DisplayName("when another one takes its place under load, no request is lost, and none comes after its end")
    void canBeReplacedUnderLoad() throws Exception {
        Ending first = new Ending(handler);
        AtomicInteger asked = new AtomicInteger();
        AtomicBoolean replaced = new AtomicBoolean();
        try (InMemoryTee tee = InMemoryTee.start()) {
            Deployment old = tee.deploy(first, allProperties);
            ListenerHandler second = handler();
            Callers.run(CLIENTS, REQUESTS, () -> {
                ask(tee);
                if (asked.incrementAndGet() > REQUESTS && replaced.compareAndSet(false, true)) {
                    tee.deploy(second, allProperties);
                    old.close();
                    first.end();
                }
            });
        }
        assertTrue(replaced.get());
        assertEquals(0, first.lateCalls.get(), "requests that came after the handler was taken back");
    }

    /** A handler that counts calls after its end. */
    private static final class Ending implements ListenerHandler {
        private final ListenerHandler handler;
        private final AtomicBoolean ended = new AtomicBoolean();
        final AtomicInteger lateCalls = new AtomicInteger();

        Ending(ListenerHandler handler) {
            this.handler = handler;
        }

        void end() {
            ended.set(true);
        }

        @Override
        public void handle(ByteBuffer message) throws Exception {
            if (ended.get()) {
                lateCalls.incrementAndGet();
            }
            handler.handle(message);
        }
    }

    /** A refusal is as good as an answer; what is more than an exception may have left anything behind. */
    private void stand(ByteBuffer message, String what) {
        try {
            handler.handle(message);
        } catch (Exception refused) {
            LOG.debug("{}: refused", what, refused);
        } catch (Error e) {
            throw new AssertionError(what + " is too much for the handler: " + e, e);
        }
    }

    private void requireAnswer() throws Exception {
        ByteBuffer message = request();
        handler.handle(message);
        checkAnswer(message.clear());
    }

    private void ask(InMemoryTee tee) throws TeeException {
        checkAnswer(tee.request((int) allProperties.get(ListenerHandler.ID), request()));
    }

    private ByteBuffer request() {
        ByteBuffer message = ByteBuffer.allocateDirect(bufferSize()).order(ByteOrder.LITTLE_ENDIAN);
        putRequest(message);
        return message.clear();
    }

    private int bufferSize() {
        return (int) allProperties.get(ListenerHandler.BUFFER_SIZE);
    }
}
