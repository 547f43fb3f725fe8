// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OwnerSharesTest {

    private final OwnerShares shares = new OwnerShares("seats", 10, "ownerSeats of org.example");

    @Test
    @DisplayName(
            "ERM-23: given an owner that takes all of its share, then it gets no more, and its neighbour gets its own")
    void greedyOwner() {
        OwnerShares.Share greedy = shares.enter("greedy");
        OwnerShares.Share neighbour = shares.enter("neighbour");
        assertTrue(greedy.tryTake(7));
        assertFalse(greedy.tryTake(4));
        assertFalse(greedy.isUsedUp());
        assertTrue(greedy.tryTake(3));
        assertTrue(greedy.isUsedUp());
        assertFalse(greedy.tryTake(1));
        assertTrue(neighbour.tryTake(10));
        greedy.giveBack(1);
        assertTrue(greedy.tryTake(1));
    }

    @Test
    @DisplayName("ERM-23: given a refusal, then it says whose share is used up, how much that is, and where it is set")
    void refusal() {
        OwnerShares.Share greedy = shares.enter("com.example 1.0.0 [17]");
        greedy.tryTake(10);
        assertEquals(
                "com.example 1.0.0 [17] has used up its share of seats: it has 10 of 10 (option ownerSeats of"
                        + " org.example)",
                greedy.refusal());
    }

    @Test
    @DisplayName(
            "ERM-23: given an owner that takes in several places, then they count together, until the last one leaves")
    void oneShareForAllPlaces() {
        OwnerShares.Share one = shares.enter("owner");
        OwnerShares.Share other = shares.enter("owner");
        assertTrue(one.tryTake(6));
        assertFalse(other.tryTake(6));
        one.leave();
        assertEquals(6, shares.used("owner"));
        other.giveBack(6);
        other.leave();
        assertEquals(0, shares.used("owner"));
        assertTrue(shares.enter("owner").tryTake(10));
    }

    @Test
    @DisplayName(
            "ERM-23: given an owner that leaves with what it took, then it finds its share used up when it comes back")
    void noFreshShare() {
        OwnerShares.Share first = shares.enter("owner");
        first.tryTake(10);
        first.leave();
        assertFalse(shares.enter("owner").tryTake(1));
        first.giveBack(4);
        assertTrue(shares.enter("owner").tryTake(4));
        shares.giveBack("owner", 10);
        assertEquals(0, shares.used("owner"));
    }

    @Test
    @DisplayName("ERM-23: given a share that becomes smaller, then what is beyond it stays, and nothing is added")
    void smallerShare() {
        OwnerShares.Share owner = shares.enter("owner");
        owner.tryTake(8);
        shares.most(5);
        assertFalse(owner.tryTake(1));
        owner.giveBack(4);
        assertTrue(owner.tryTake(1));
    }

    @Test
    @DisplayName("ERM-18, ERM-23: given a limit as large as can be, then its part is exact and never nothing")
    void part() {
        assertEquals(50, OwnerShares.part(100, 50));
        assertEquals(1, OwnerShares.part(1, 1));
        assertEquals(Long.MAX_VALUE, OwnerShares.part(Long.MAX_VALUE, 100));
        assertEquals(Long.MAX_VALUE / 2, OwnerShares.part(Long.MAX_VALUE, 50));
    }

    @Test
    @DisplayName("ERM-23: given many threads of one owner, then together they never have more than its share")
    void manyThreads() throws Exception {
        AtomicLong most = new AtomicLong();
        AtomicLong held = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(new Thread(() -> {
                OwnerShares.Share share = shares.enter("owner");
                for (int i = 0; i < 20_000; i++) {
                    if (share.tryTake(3)) {
                        most.accumulateAndGet(held.addAndGet(3), Math::max);
                        held.addAndGet(-3);
                        share.giveBack(3);
                    }
                }
                share.leave();
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(most.get() <= 10, "at once: " + most);
        assertEquals(0, shares.used("owner"));
    }

    @Test
    @DisplayName("ERM-23: given a share that has ended, then who takes from it all the same has no second one")
    void lateTaker() {
        OwnerShares.Share ended = shares.enter("owner");
        ended.leave();
        assertTrue(ended.tryTake(4));
        OwnerShares.Share present = shares.enter("owner");
        assertEquals(4, present.used());
        assertFalse(present.tryTake(7));
        assertFalse(ended.tryTake(7));
        assertTrue(ended.tryTake(6));
        assertTrue(ended.isUsedUp());
        ended.giveBack(10);
        ended.add(3);
        assertEquals(3, present.used());
        ended.giveBack(3);
        present.leave();
        assertEquals(0, shares.used("owner"));
        assertEquals("", shares.largest());
    }
}
