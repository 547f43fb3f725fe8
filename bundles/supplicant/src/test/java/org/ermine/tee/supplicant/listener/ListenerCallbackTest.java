// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.call.Watchdog;
import org.ermine.tee.supplicant.fakes.FakeCall;
import org.ermine.tee.supplicant.fakes.FakeSource;
import org.ermine.tee.supplicant.fakes.ListenerArguments;
import org.ermine.tee.supplicant.fakes.Services;
import org.ermine.tee.supplicant.handler.HandlerInvoker;
import org.ermine.tee.supplicant.handler.HandlerRegistry;
import org.ermine.tee.supplicant.worker.WorkerPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ListenerCallbackTest {

    private static final int REQUEST = 0;
    private static final int WAIT = 1;

    private final Watchdog watchdog = new Watchdog(Duration.ofSeconds(30), 256);
    private final WorkerPool pool = new WorkerPool(null, 3, 8, 8, watchdog, 0);
    private final HandlerRegistry<ListenerHandler> registry = new HandlerRegistry<>(
            HandlerRegistry.Kind.LISTENER, Duration.ofSeconds(5), Duration.ofSeconds(10), () -> {});
    private final FakeSource source = new FakeSource();
    private final ByteBuffer shared = ByteBuffer.allocateDirect(4096).order(ByteOrder.LITTLE_ENDIAN);
    private final ListenerCallback callback = new ListenerCallback(
            registry.slot("0xb", 0xb), new HandlerInvoker(watchdog), shared, Duration.ofSeconds(10), () -> {});

    @AfterEach
    void close() {
        registry.close();
        assertEquals(List.of(), pool.close(Duration.ofSeconds(10)));
        watchdog.close();
    }

    private FakeCall request(DirectArguments arguments) {
        return source.send(pool, new FakeCall(callback, REQUEST, arguments));
    }

    private FakeCall request() {
        return request(ListenerArguments.request());
    }

    @Test
    @DisplayName("given a request that was answered, when the TEE sends the next one before the first call has ended, "
            + "then the handler is not busy, and has counted the first one")
    void givenAnAnswerWasSentThenTheNextRequestIsServedAtOnce() throws Exception {
        registry.add(Services.listener(1, 0xb, 2048, message -> {
            throw new TeeException(TeeResult.of(message.getInt(0)), "its own");
        }));
        shared.putInt(0, 17);
        CompletableFuture<TeeResult> next = new CompletableFuture<>();
        List<Long> counted = new ArrayList<>();
        FakeCall first = new FakeCall(callback, REQUEST, ListenerArguments.request());
        first.afterAnswer = () -> {
            HandlerDTO handler = registry.handlers().get(0);
            counted.addAll(List.of(handler.requests, handler.failures, (long) handler.inProgress));
            next.complete(resultOf(request()));
        };

        source.send(pool, first);

        assertEquals(TeeResult.of(17), next.get(20, TimeUnit.SECONDS));
        assertEquals(List.of(1L, 1L, 0L), counted);
    }

    private static TeeResult resultOf(FakeCall call) {
        try {
            return call.await().thrown().result();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void givenAHandlerThatLowersTheLimitThenOnlyWhatIsBeforeItIsTheAnswer() throws Exception {
        shared.putInt(0, 0x302).putInt(4, 5);
        registry.add(Services.listener(
                1, 0xb, 2048, message -> message.putInt(0, 6).putInt(4, 7).limit(4)));

        assertTrue(request().await().isOk());

        assertEquals(6, shared.getInt(0));
        assertEquals(5, shared.getInt(4));
    }

    @Test
    void givenARequestThenTheHandlerSeesAPrivateCopyAndItsAnswerOverwritesTheMessage() throws Exception {
        shared.putInt(0, 0x302).putInt(2044, 7).putInt(2048, 8);
        int[] seen = new int[4];
        registry.add(Services.listener(1, 0xb, 2048, message -> {
            seen[0] = message.limit();
            seen[1] = message.position();
            seen[2] = message.getInt(0);
            seen[3] = message.getInt(2044);
            shared.putInt(0, -1);
            assertEquals(0x302, message.getInt(0), "the TEE cannot change what the handler works on");
            message.putInt(0, 0x1234).putInt(2044, 9);
        }));
        DirectArguments arguments = ListenerArguments.request();
        arguments.output(0).putLong(0, -1).putLong(8, -1);
        arguments.output(1).putInt(0, -1);

        assertTrue(request(arguments).await().isOk());

        assertEquals(List.of(4096, 0, 0x302, 7), List.of(seen[0], seen[1], seen[2], seen[3]));
        assertEquals(0x1234, shared.getInt(0));
        assertEquals(9, shared.getInt(2044));
        assertEquals(8, shared.getInt(2048));
        assertEquals(ByteBuffer.allocate(16), arguments.output(0).flip());
        assertEquals(ByteBuffer.allocate(4), arguments.output(1).flip());
    }

    @Test
    @DisplayName(
            "ERM-27: given a message longer than the handler's buffer size but within the registered memory when the "
                    + "handler is"
                    + " asked then it gets all of it and can answer with as much")
    void givenALongMessageThenItReachesTheHandlerWhole() throws Exception {
        shared.putInt(4092, 0x1234);
        registry.add(Services.listener(
                1,
                0xb,
                64,
                message -> message.putInt(4088, message.getInt(4092) + 1).putInt(4092, 0)));
        assertTrue(request().await().isOk());
        assertEquals(0x1235, shared.getInt(4088));
        assertEquals(0, shared.getInt(4092));
    }

    @Test
    @DisplayName(
            "ERM-27: given a handler that serves two registrations of different sizes when it is asked then it gets "
                    + "each message"
                    + " whole and nothing of the other's")
    void givenTwoRegistrationsThenTheHandlerGetsEachMessageWhole() throws Exception {
        ByteBuffer small = ByteBuffer.allocateDirect(128).order(ByteOrder.LITTLE_ENDIAN);
        ListenerCallback second = new ListenerCallback(
                registry.slot("0xb", 0xb), new HandlerInvoker(watchdog), small, Duration.ofSeconds(10), () -> {});
        List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
        registry.add(Services.listener(1, 0xb, 64, message -> {
            sizes.add(message.capacity());
            message.putInt(message.limit() - 4, message.getInt(message.limit() - 4) + 1);
        }));
        for (int i = 0; i < 3; i++) {
            assertTrue(request().await().isOk());
            assertTrue(source.send(pool, new FakeCall(second, REQUEST, ListenerArguments.request()))
                    .await()
                    .isOk());
        }
        assertEquals(List.of(4096, 128, 4096, 128, 4096, 128), sizes);
        assertEquals(3, shared.getInt(4092));
        assertEquals(3, small.getInt(124));
    }

    @Test
    void givenAHandlerThatThrowsThenTheMessageStays() throws Exception {
        shared.putInt(0, 0x302);
        registry.add(Services.listener(1, 0xb, 4096, message -> {
            message.putInt(0, 99);
            throw new IOException("checked");
        }));
        assertEquals(TeeResult.ERROR, request().await().thrown().result());
        assertEquals(0x302, shared.getInt(0));
    }

    @Test
    void givenAClientThatLeftWhileTheHandlerWorkedThenTheNextMessageIsNotOverwritten() throws Exception {
        DirectArguments arguments = ListenerArguments.request();
        registry.add(Services.listener(1, 0xb, 4096, message -> {
            message.putInt(0, 99);
            arguments.abandon();
            shared.putInt(0, 0x303);
        }));
        assertFalse(request(arguments).await().isOk());
        assertEquals(0x303, shared.getInt(0));
    }

    @Test
    void givenTheClientLeavesBeforeTheMessageIsCopiedThenTheHandlerDoesNotGetWhatMayBeTheNextRequest()
            throws Exception {
        DirectArguments arguments = ListenerArguments.addTo(new DirectArguments() {
            @Override
            public boolean copyShared(
                    ByteBuffer source, int sourceIndex, ByteBuffer target, int targetIndex, int length) {
                return false;
            }
        });
        AtomicInteger handled = new AtomicInteger();
        registry.add(Services.listener(1, 0xb, 4096, message -> handled.incrementAndGet()));
        assertFalse(request(arguments).await().isOk());
        assertEquals(0, handled.get(), "requests that came to the handler");
    }

    @Test
    void givenWrongArgumentsThenTheyAreRefused() throws Exception {
        registry.add(Services.listener(1, 0xb, 4096, message -> {}));
        assertEquals(
                TeeResult.INVALID,
                thrownBy(REQUEST, new DirectArguments().out(16).out(4)).result());
        assertEquals(
                TeeResult.INVALID,
                thrownBy(REQUEST, ListenerArguments.withObjects(new DirectArguments().out(16)))
                        .result());
        assertEquals(
                TeeResult.SIZE_OUT,
                thrownBy(REQUEST, ListenerArguments.request(15, 4)).result());
        assertEquals(
                TeeResult.SIZE_OUT,
                thrownBy(REQUEST, ListenerArguments.request(16, 3)).result());
        assertEquals(
                TeeResult.INVALID, thrownBy(WAIT, new DirectArguments().out(4)).result());
        assertEquals(TeeResult.INVALID, thrownBy(2, new DirectArguments()).result());
        assertEquals(0, registry.handlers().get(0).requests);
    }

    private TeeException thrownBy(int op, DirectArguments arguments) throws InterruptedException {
        return source.send(pool, new FakeCall(callback, op, arguments)).await().thrown();
    }

    @Test
    void givenAHandlerAtWorkThenAnotherRequestIsBusyAndTheWaitEndsWithTheFirst() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        registry.add(Services.listener(1, 0xb, 4096, message -> {
            started.countDown();
            assertTrue(go.await(10, TimeUnit.SECONDS));
        }));
        FakeCall first = request();
        assertTrue(started.await(10, TimeUnit.SECONDS));

        assertEquals(Errno.EBUSY, request().await().errno());
        FakeCall wait = source.send(pool, new FakeCall(callback, WAIT, new DirectArguments()));
        go.countDown();
        assertTrue(first.await().isOk());
        assertTrue(wait.await().isOk());
        assertTrue(request().await().isOk());
    }

    @Test
    void givenAHandlerThatReturnsTooLateThenItsAnswerDoesNotReachTheMemory() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch returned = new CountDownLatch(1);
        ListenerHandler slow = message -> {
            boolean done = false;
            while (!done) {
                try {
                    done = go.await(10, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    message.putInt(4, 1);
                }
            }
            message.putInt(0, 0xbad);
            returned.countDown();
        };
        registry.add(Services.service(
                1,
                Map.of(ListenerHandler.ID, 0xb, ListenerHandler.BUFFER_SIZE, 4096, ListenerHandler.TIME_LIMIT, 100L),
                () -> slow));
        assertEquals(Errno.ETIMEDOUT, request().await().errno());
        assertEquals(Errno.EBUSY, request().await().errno(), "it is called for one request at a time");
        shared.putInt(0, 0x303);
        go.countDown();
        assertTrue(returned.await(10, TimeUnit.SECONDS));
        assertTrue(source.send(pool, new FakeCall(callback, WAIT, new DirectArguments()))
                .await()
                .isOk());
        assertEquals(0x303, shared.getInt(0));
    }

    @Test
    void givenASuccessorThatNeedsALargerBufferThenItIsBusyUntilTheMemoryFits() throws Exception {
        registry.add(Services.listener(1, 0xb, 8192, message -> {
            throw new AssertionError("called with too little memory");
        }));
        assertEquals(Errno.EBUSY, request().await().errno());
    }
}
