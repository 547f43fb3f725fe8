// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.teeobject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SecureObjectsTest {

    private static final int MANY = 5000;

    private final List<Integer> dropped = new ArrayList<>();
    private final SecureObjects objects = new SecureObjects(dropped::add);

    private static int made(SecureObjects objects) throws ReflectiveOperationException {
        Field made = SecureObjects.class.getDeclaredField("made");
        made.setAccessible(true);
        return made.getInt(objects);
    }

    @Test
    @DisplayName(
            "OBJ-5: given many references, then each has a handle of its own, and those that are free are used again")
    void handles() throws Exception {
        Set<Integer> handles = new HashSet<>();
        for (int round = 0; round < 3; round++) {
            handles.clear();
            for (int name = 2; name < MANY; name++) {
                int object = objects.take(name, name % 3 == 0);
                assertTrue(handles.add(object));
                assertEquals(name, objects.name(object));
                assertEquals(name % 3 == 0, objects.opensServices(object));
            }
            handles.forEach(objects::release);
            handles.forEach(objects::free);
        }
        assertEquals(MANY - 2, made(objects));
    }

    @Test
    @DisplayName(
            "OBJ-2, OBJ-12: given the last reference, when it is given back, then it is dropped once and cannot be had"
                    + " again")
    void references() {
        int object = objects.take(0x7fffffff, true);
        assertTrue(objects.tryRetain(object));
        objects.release(object);
        assertEquals(List.of(), dropped);
        objects.release(object);
        assertEquals(List.of(object), dropped);
        for (int next : new int[] {SecureObjects.NONE, 0, 7}) {
            objects.link(object, next);
            assertEquals(next, objects.link(object));
            assertEquals(0, objects.failures(object));
            assertFalse(objects.tryRetain(object));
            assertThrows(IllegalStateException.class, () -> objects.release(object));
        }
        objects.unlink(object);
        for (int failures = 1; failures < 100; failures++) {
            objects.failed(object);
            assertEquals(failures, objects.failures(object));
            assertFalse(objects.tryRetain(object));
        }
        assertEquals(0x7fffffff, objects.name(object));
        assertEquals(List.of(object), dropped);
    }
}
