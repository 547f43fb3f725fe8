// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.callback.CallbackSource;
import org.ermine.tee.supplicant.fakes.FakeCall;
import org.ermine.tee.supplicant.fakes.FakeSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private static final String SLOW = "slow bundle";

    /** One worker of two is an owner's share. */
    private final Turns turns = new Turns(2, 4);

    private static FakeCall call() {
        return new FakeCall((op, arguments) -> {});
    }

    private List<FakeCall> postpone(String owner, int count) {
        List<FakeCall> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            FakeCall call = call();
            assertTrue(turns.postpone(owner, call));
            calls.add(call);
        }
        return calls;
    }

    @Test
    @DisplayName(
            "ERM-23: given a bundle for whose turns many calls wait when it has turns again then a neighbour's turn "
                    + "comes after one of"
                    + " its calls, not after all")
    void givenManyCallsThatWaitThenANeighboursTurnIsTheSecond() {
        List<FakeCall> waiting = postpone(SLOW, 100);
        FakeSource neighbour = new FakeSource("neighbour");
        turns.add(neighbour);
        assertSame(waiting.get(0), turns.poll().next(null));
        assertSame(neighbour, turns.poll());
        assertSame(waiting.get(1), turns.poll().next(null));
        assertEquals(98, turns.count());
    }

    @Test
    @DisplayName(
            "ERM-23: given a bundle that occupies its share when calls wait for it then only a neighbour's turn begins")
    void givenAShareThatIsUsedUpThenOnlyANeighboursTurnBegins() {
        turns.occupied(SLOW);
        List<FakeCall> waiting = postpone(SLOW, 2);
        List<FakeCall> neighbours = postpone("neighbour", 1);
        assertTrue(turns.isDue());
        assertSame(neighbours.get(0), turns.poll().next(null));
        assertFalse(turns.isDue());
        assertNull(turns.poll());
        turns.left(SLOW);
        assertSame(waiting.get(0), turns.poll().next(null));
        assertSame(waiting.get(1), turns.poll().next(null));
        assertNull(turns.poll());
    }

    @Test
    @DisplayName(
            "ERM-23: given as many calls as may wait for one bundle when more come then these are refused, a release "
                    + "may wait"
                    + " still, and a neighbour's calls too")
    void givenAsManyCallsAsMayWaitThenMoreAreRefusedForThatBundleOnly() {
        postpone(SLOW, Turns.MOST_POSTPONED);
        assertFalse(turns.postpone(SLOW, call()));
        postpone("neighbour", Turns.MOST_POSTPONED);
        int count = Turns.MOST_POSTPONED;
        while (turns.postpone(SLOW, new FakeCall(null, DriverContext.OP_RELEASE, new DirectArguments().out(0)))) {
            count++;
        }
        assertEquals(Turns.MOST_WITH_RELEASES, count);
    }

    @Test
    @DisplayName(
            "given calls that wait when a thread asks for the one that it waits for itself then that waits no more, "
                    + "the others do")
    void givenACallThatAThreadAwaitsItselfThenItIsTakenOutOfTurn() {
        FakeCall before = postpone(SLOW, 1).get(0);
        assertNull(turns.takeAwaited());
        FakeCall own = call();
        own.client = Thread.currentThread();
        assertTrue(turns.postpone(SLOW, own));
        FakeCall after = postpone(SLOW, 1).get(0);
        assertSame(own, turns.takeAwaited());
        assertNull(turns.takeAwaited());
        assertSame(before, turns.poll().next(null));
        assertSame(after, turns.poll().next(null));
        assertNull(turns.poll());
        assertEquals(0, turns.count());
    }

    @Test
    @DisplayName(
            "ERM-3: given calls that wait when all other turns are dropped then each of them is still to be had, once")
    void givenTurnsThatAreDroppedThenCallsThatWaitAreNot() {
        turns.occupied(SLOW);
        List<FakeCall> waiting = postpone(SLOW, 3);
        turns.add(new FakeSource("neighbour"));
        turns.clear();
        assertEquals(3, turns.count());
        for (FakeCall call : waiting) {
            CallbackSource source = turns.pollPostponed();
            assertSame(call, source.next(null));
        }
        assertNull(turns.pollPostponed());
        assertTrue(turns.isEmpty());
    }

    @Test
    @DisplayName(
            "ERM-22: given a worker that is lent and comes back without a turn then no owner's share is used up by "
                    + "that")
    void givenAWorkerWithoutATurnThenItCountsForNobody() {
        turns.left(null);
        turns.occupied(null);
        assertTrue(turns.mayBegin(SLOW));
        turns.occupied(SLOW);
        assertFalse(turns.mayBegin(SLOW));
    }
}
