// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.fakes.FakeContext;
import org.ermine.tee.core.fakes.Fixture;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.OwnerDTO;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ContextSurveyTest {

    private static final Owner OTHER = new Owner(18, "com.example.other", "1.0.0");
    private static final int ROUNDS = 20;
    /** A reference to the context in two arrays, one of which may just have grown. */
    private static final int MOST_BYTES_OF_ONE = 16;

    @AutoClose
    private final Fixture fixture;

    ContextSurveyTest() throws TeeException {
        fixture = new Fixture();
        fixture.backend.waiting = null;
    }

    private FakeContext open(Owner owner, boolean busy) throws TeeException {
        fixture.device.open(owner);
        FakeContext backend = fixture.driver.last();
        if (!busy) {
            backend.waiting = null;
        }
        return backend;
    }

    private static String ids(List<ContextDTO> contexts) {
        return contexts.stream().map(context -> Long.toString(context.id)).collect(Collectors.joining(" "));
    }

    private String idsOf(int most) {
        return ids(Arrays.asList(fixture.device.describe(most).contexts));
    }

    @Test
    void givenMoreContextsThanAreAskedForThenThoseWithRequestsComeBeforeOlderOnes() throws TeeException {
        open(OTHER, false);
        open(OTHER, false);
        open(OTHER, true);
        open(OTHER, false);
        open(OTHER, true);

        assertEquals("1 2 3 4 5 6", idsOf(6));
        assertEquals("1 2 3 4 5 6", idsOf(Integer.MAX_VALUE));
        assertEquals("1 2 4 6", idsOf(4));
        assertEquals("4 6", idsOf(2));
        assertEquals("4", idsOf(1));
        assertEquals("", idsOf(0));
    }

    @Test
    void givenAnyNumberThatIsAskedForThenAllAreSummedUpByOwner() throws TeeException {
        open(OTHER, true);
        open(OTHER, true).waiting[0].age = 700;
        TeeContext closed = fixture.device.open(Fixture.OWNER);
        fixture.driver.last().host.retain();
        closed.close();
        for (int most : new int[] {0, 1, 10}) {
            DeviceDTO device = fixture.device.describe(most);
            assertEquals(4, device.contextCount);
            assertEquals(
                    List.of(
                            "com.example.client 1.2.3 (17): 2, 1 closed, 6 objects, 1 requests, oldest 5",
                            "com.example.other 1.0.0 (18): 2, 0 closed, 6 objects, 2 requests, oldest 700"),
                    Arrays.stream(device.owners).map(ContextSurveyTest::inWords).toList());
        }
        fixture.driver.last().host.release();
    }

    private static String inWords(OwnerDTO owner) {
        return owner.owner + " (" + owner.ownerBundleId + "): " + owner.contexts + ", " + owner.closed + " closed, "
                + owner.teeObjects + " objects, " + owner.requests + " requests, oldest " + owner.oldestRequest;
    }

    @Test
    void givenPagesThenEachContextIsOnOneOfThemWhateverComesAndGoesMeanwhile() throws TeeException {
        List<TeeContext> opened = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            opened.add(fixture.open());
        }
        List<ContextDTO> first = fixture.device.contexts(0, 4);
        opened.get(0).close();
        fixture.open();
        List<ContextDTO> second = fixture.device.contexts(first.get(3).id, 4);
        List<ContextDTO> third = fixture.device.contexts(second.get(3).id, 4);

        assertEquals("1 2 3 4", ids(first));
        assertEquals("5 6 7 8", ids(second));
        assertEquals("9 10 11", ids(third));
        assertEquals("", ids(fixture.device.contexts(11, 4)));
        assertEquals("", ids(fixture.device.contexts(0, 0)));
    }

    @Test
    void givenTenTimesAsManyContextsThenALookAtSomeTakesHardlyMoreMemory() throws TeeException {
        openIdle(1000);
        long few = bytesOfALook();
        openIdle(9000);
        long more = bytesOfALook() - few;

        assertTrue(more <= 9000L * MOST_BYTES_OF_ONE, more + " bytes more for 9000 contexts more");
    }

    private void openIdle(int count) throws TeeException {
        for (int i = 0; i < count; i++) {
            open(Fixture.OWNER, false);
        }
    }

    /** The least of several rounds: what else the virtual machine does on this thread does not count. */
    private long bytesOfALook() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long before = threads.getThreadAllocatedBytes(self);
            fixture.device.describe(100);
            least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
        }
        return least;
    }
}
