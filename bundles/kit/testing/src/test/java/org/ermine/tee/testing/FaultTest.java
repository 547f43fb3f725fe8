// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.QteeService;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class FaultTest {

    private static final Duration SHORT = Duration.ofMillis(100);

    @RegisterExtension
    final ErmineExtension ermine = ErmineExtension.with(new Doubler(), new CallsBack());

    /** Operation 0 gives its output buffer to the callback object that it gets. */
    @QteeService(uid = 5000)
    private static final class CallsBack implements TrustedService {
        @Override
        public TrustedObject open(TrustedClient client) {
            return (op, arguments) -> {
                byte[] room = new byte[8];
                ((NormalObject) arguments.inputObject(0)).invoke(1, new Arguments().out(room));
                arguments.output(0).put(room);
            };
        }
    }

    private static ByteBuffer ask(InMemoryTee tee) throws TeeException {
        return tee.request(Doubler.LISTENER, Messages.of(1, 21), SHORT);
    }

    @ParameterizedTest
    @EnumSource
    void everyPointIsPassedOnceByARequestInTheOrderInWhichTheyAreListed(Point each, InMemoryTee tee) throws Exception {
        List<Point> passed = Collections.synchronizedList(new ArrayList<>());
        for (Point point : Point.values()) {
            tee.inject(point, Fault.run(() -> passed.add(point)).always());
        }
        Injection closed = tee.inject(each, Fault.drop());
        closed.close();

        assertEquals(42, tee.request(Doubler.LISTENER, Messages.of(1, 21)).getInt(4));

        assertEquals(List.of(Point.values()), passed);
        assertEquals(0, closed.strikes());
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE_MARSHALLING", "IN_SECURE_WORLD"})
    void anInvocationThatIsDroppedDoesNotReachTheTee(Point point, InMemoryTee tee) throws Exception {
        Injection drop = tee.inject(point, Fault.drop());
        TeeException dropped = assertThrows(TeeException.class, () -> ask(tee));
        assertEquals(Errno.ENODEV, dropped.errno().orElseThrow());
        assertEquals(1, drop.strikes());
        assertEquals(42, ask(tee).getInt(4), "the next one is not dropped");
    }

    @ParameterizedTest
    @EnumSource(names = {"REQUEST_QUEUED", "PROCESSING", "RESPONSE_SUBMITTED"})
    void aRequestThatIsDroppedTimesOut(Point point, InMemoryTee tee) throws Exception {
        tee.inject(point, Fault.drop());
        TeeException dropped = assertThrows(TeeException.class, () -> ask(tee));
        assertEquals(TeeResult.TIMEOUT, dropped.result());
        assertEquals(42, tee.request(Doubler.LISTENER, Messages.of(1, 21)).getInt(4));
    }

    @ParameterizedTest
    @EnumSource
    void aDelayEndsWithItsInjection(Point point, InMemoryTee tee) throws Exception {
        Injection delay = tee.inject(point, Fault.delay(Duration.ofHours(1)));
        List<Integer> answers = Collections.synchronizedList(new ArrayList<>());
        Thread client = new Thread(() -> {
            try {
                answers.add(tee.request(Doubler.LISTENER, Messages.of(1, 21)).getInt(4));
            } catch (TeeException e) {
                answers.add(e.result().code());
            }
        });
        client.start();
        delay.awaitStrike(Duration.ofSeconds(20));
        assertEquals(List.of(), answers);
        delay.close();
        client.join();
        assertEquals(List.of(42), answers);
    }

    @ParameterizedTest
    @EnumSource
    void aContextThatClosesAtAnyPointFailsTheCallAndLosesNothing(Point point, InMemoryTee tee) throws Exception {
        AtomicInteger released = new AtomicInteger();
        CallbackObject callback = new CallbackObject() {
            @Override
            public void dispatch(int op, IncomingArguments arguments) {
                arguments.output(0).putLong(op);
            }

            @Override
            public void released() {
                released.incrementAndGet();
            }
        };
        TeeContext context = tee.open();
        ClientEnv environment = ClientEnv.register(context);
        TeeObject service = environment.open(5000);
        Injection closing = tee.inject(point, Fault.closeContext(context));

        TeeException failed = assertThrows(
                TeeException.class,
                () -> service.invoke(0, new Arguments().in(callback).out(new byte[8])));

        assertEquals(Errno.ENODEV.result(), failed.result());
        assertEquals(1, closing.strikes());
        if (point != Point.BEFORE_MARSHALLING) {
            tee.await("the callback object is released", () -> released.get() == 1);
        }
        assertEquals(42, ask(tee).getInt(4), "others are not disturbed");
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE_MARSHALLING", "REQUEST_QUEUED", "PROCESSING"})
    void aSupplicantThatIsKilledComesBackWithAllHandlers(Point point, InMemoryTee tee) throws Exception {
        Injection kill = tee.inject(point, Fault.killSupplicant());
        assertThrows(TeeException.class, () -> ask(tee));
        assertEquals(1, kill.strikes());

        tee.startSupplicant();
        assertEquals(42, tee.request(Doubler.LISTENER, Messages.of(1, 21)).getInt(4));
    }

    @Test
    void junkInThePlaceOfAnAnswerIsRefusedOrHarmless(InMemoryTee tee) throws Exception {
        tee.inject(Point.IN_SECURE_WORLD, Fault.hostileAnswer(1).always());
        for (int i = 0; i < 20; i++) {
            TeeContext context = tee.open();
            try {
                ClientEnv.register(context).close();
            } catch (TeeException e) {
                assertNotEquals(TeeResult.OK, e.result());
            }
            assertFalse(context.isClosed());
            context.close();
        }
        tee.clearFaults();
        assertEquals(42, ask(tee).getInt(4));
    }

    @Test
    void aHostileResponseIsTheSameForTheSameSeed(InMemoryTee tee) throws Exception {
        byte[] first = answerWithJunk(tee, 5);
        byte[] second = answerWithJunk(tee, 5);
        byte[] other = answerWithJunk(tee, 6);

        assertEquals(ByteBuffer.wrap(first), ByteBuffer.wrap(second));
        assertNotEquals(ByteBuffer.wrap(first), ByteBuffer.wrap(other));
    }

    private static byte[] answerWithJunk(InMemoryTee tee, long seed) throws TeeException {
        byte[] answer = new byte[8];
        tee.inject(Point.RESPONSE_SUBMITTED, Fault.hostileAnswer(seed));
        tee.callBack((op, arguments) -> arguments.output(0).putLong(0), 1, new Arguments().out(answer));
        return answer;
    }

    @Test
    void whatCannotBeIsRefused(InMemoryTee tee) {
        assertThrows(IllegalArgumentException.class, () -> tee.inject(Point.PROCESSING, Fault.hostileAnswer(1)));
        assertThrows(IllegalArgumentException.class, () -> Fault.drop().times(0));
        Injection never = tee.inject(Point.PROCESSING, Fault.drop());
        AssertionError missed = assertThrows(AssertionError.class, () -> never.awaitStrike(Duration.ofMillis(1)));
        assertTrue(missed.getMessage().contains("PROCESSING"), missed.getMessage());
    }
}
