// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.qtee.emulator.object.ObjectId.Hosting;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class IdentityTableTest {

    private static final int MANY = 20_000;

    private final IdentityTable table = new IdentityTable();
    private final Domain domain = new Domain("test", null);

    /** This is no lambda, since all lambdas that capture nothing are the same object. */
    private static TrustedObject instance() {
        return new TrustedObject() {
            @Override
            public void invoke(int op, IncomingArguments arguments) {}

            @Override
            public boolean equals(Object other) {
                return other instanceof TrustedObject;
            }

            @Override
            public int hashCode() {
                return 1;
            }
        };
    }

    private DomainObject hosted(TrustedObject instance) {
        return new DomainObject(instance, new Hosting(null, domain));
    }

    @Test
    void instancesThatAreEqualAreToldApart() {
        assertNull(table.putIfAbsent(hosted(instance())));
        assertNull(table.putIfAbsent(hosted(instance())));
    }

    @Test
    void thereIsOneObjectForAnInstance() {
        TrustedObject instance = instance();
        DomainObject first = hosted(instance);
        assertNull(table.putIfAbsent(first));
        assertSame(first, table.putIfAbsent(hosted(instance)));
    }

    @Test
    void anObjectThatTookTheInstanceOverStaysWhenTheOtherIsRemoved() {
        TrustedObject instance = instance();
        DomainObject first = hosted(instance);
        table.putIfAbsent(first);
        table.remove(first);
        DomainObject second = hosted(instance);
        assertNull(table.putIfAbsent(second));
        table.remove(first);
        assertSame(second, table.putIfAbsent(hosted(instance)));
    }

    @Test
    void whateverIsRemovedTheOthersAreFound() {
        List<DomainObject> objects = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            objects.add(hosted(instance()));
            assertNull(table.putIfAbsent(objects.get(i)));
        }
        Collections.shuffle(objects, new Random(1));
        List<DomainObject> removed = objects.subList(0, MANY / 2);
        List<DomainObject> left = objects.subList(MANY / 2, MANY);
        removed.forEach(table::remove);
        for (DomainObject object : left) {
            assertSame(object, table.putIfAbsent(hosted(object.instance())));
        }
        assertEquals(Set.copyOf(left), Set.copyOf(table.matching(object -> object.domain() == domain)));
        for (DomainObject object : removed) {
            assertNull(table.putIfAbsent(object), "it is free again");
        }
        assertEquals(MANY, table.matching(object -> true).size());
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @DisplayName(
            "ERM-29: given a table for whose growth there is no memory, when more objects are added, then none that is "
                    + "refused stays in it, and there is room again with the memory")
    void noMemoryToGrow() {
        AtomicBoolean poor = new AtomicBoolean();
        IdentityTable small = new IdentityTable(length -> {
            if (poor.get()) {
                throw new OutOfMemoryError("thrown by the test");
            }
            return new DomainObject[length];
        });
        poor.set(true);
        Set<DomainObject> added = new HashSet<>();
        List<DomainObject> refused = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            DomainObject object = hosted(instance());
            try {
                assertNull(small.putIfAbsent(object));
                added.add(object);
            } catch (OutOfMemoryError e) {
                refused.add(object);
            }
        }
        assertEquals(added, Set.copyOf(small.matching(object -> true)));
        poor.set(false);
        refused.forEach(object -> assertNull(small.putIfAbsent(object)));
        assertEquals(MANY, small.matching(object -> true).size());
    }
}
