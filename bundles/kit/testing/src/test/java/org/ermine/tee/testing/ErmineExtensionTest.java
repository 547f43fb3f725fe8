// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.TeeRuntime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

class ErmineExtensionTest {

    private static final List<InMemoryTee> TEES = new ArrayList<>();
    private static final List<TeeContext> CONTEXTS = new ArrayList<>();

    @BeforeEach
    void forget() {
        TEES.clear();
        CONTEXTS.clear();
    }

    @Test
    void aStaticExtensionHasOneTeeForAllTestsOfItsClass() {
        run(Shared.class, 4);
        assertEquals(1, new HashSet<>(TEES).size());
        assertThrows(IllegalStateException.class, Shared.ermine::tee);
    }

    @Test
    void anInstanceExtensionHasOneTeeForEachTest() {
        run(OneEach.class, 2);
        assertEquals(2, new HashSet<>(TEES).size());
    }

    @Test
    void contextsAndFaultsEndWithTheirTest() {
        run(Declared.class, 2);
        assertEquals(2, CONTEXTS.size());
        assertNotEquals(CONTEXTS.get(0), CONTEXTS.get(1));
        assertTrue(CONTEXTS.stream().allMatch(TeeContext::isClosed));
    }

    private static void run(Class<?> tests, int count) {
        Events events = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .configurationParameter("junit.jupiter.conditions.deactivate", "*")
                .execute()
                .testEvents();
        events.assertStatistics(statistics -> statistics.succeeded(count).failed(0));
    }

    static class Shared {
        @RegisterExtension
        static final ErmineExtension ermine = ErmineExtension.with(new Doubler());

        @Test
        void getsTheTeeAsAParameter(InMemoryTee tee) throws Exception {
            TEES.add(tee);
            assertEquals(2, tee.request(Doubler.LISTENER, Messages.of(1, 1)).getInt(4));
        }

        @Test
        void hasTheTeeOfTheExtension() {
            TEES.add(ermine.tee());
        }

        @Nested
        class Inside {
            @Test
            void sharesTheTeeInside() {
                TEES.add(ermine.tee());
            }
        }

        @Nested
        class InsideToo {
            @Test
            void sharesTheTeeInsideToo() {
                TEES.add(ermine.tee());
            }
        }
    }

    static class OneEach {
        @RegisterExtension
        final ErmineExtension ermine = ErmineExtension.of(InMemoryTee.builder());

        @Test
        void hasATeeOfItsOwn() {
            TEES.add(ermine.tee());
        }

        @Test
        void hasAnotherTeeOfItsOwn() {
            TEES.add(ermine.tee());
        }
    }

    @ExtendWith(ErmineExtension.class)
    static class Declared {
        @Test
        void getsATeeThatItBreaks(TeeContext context, TeeDevice device, InMemoryTee tee) throws Exception {
            CONTEXTS.add(context);
            assertSame(device, tee.device());
            assertThrows(TeeException.class, () -> {
                tee.inject(Point.BEFORE_MARSHALLING, Fault.drop().always());
                context.root().invoke(0, new Arguments());
            });
        }

        @Test
        void getsAnotherTeeThatIsWhole(TeeContext context, TeeRuntime runtime, InMemoryTee tee) throws Exception {
            CONTEXTS.add(context);
            assertEquals(1, runtime.snapshot().devices.length);
            tee.inSecureWorld((environment, objects) -> assertEquals(List.of(), objects));
        }
    }
}
