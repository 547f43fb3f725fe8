// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.ermine.tee.TeeException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Power goes at each access to files and counters while an index of many nodes is changed, or written in another format
 * than before: all objects that are not concerned are there, and the one that is has its old or its new content.
 */
@Timeout(300)
class IndexPowerLossTest {

    private static final String LONG_NAME = "n".repeat(200);

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private FakeEnvironment environment;
    /** An empty name is the client's own drawer. */
    private String drawer = "";

    /** An object in the middle is replaced, added so that nodes are split, or removed so that nodes become one. */
    private enum Change {
        REPLACE(14, "object 10"),
        ADD(14, "object 10 and a half"),
        ADD_IN_A_NODE_OF_ITS_OWN(14, "object 10" + LONG_NAME),
        ADD_THE_LAST(14, "object 99"),
        REMOVE(14, "object 10"),
        REMOVE_THE_FIRST(14, "object 01"),
        REMOVE_ALL_BUT_ONE(2, "object 01"),
        REMOVE_THE_ONLY_ONE(1, "object 01");

        private final int objects;
        private final String name;

        Change(int objects, String name) {
            this.objects = objects;
            this.name = name;
        }

        boolean removes() {
            return name().startsWith("REMOVE");
        }

        void run(TestClient client) throws TeeException {
            if (removes()) {
                client.remove(name);
            } else {
                client.seal(name, NEW);
            }
        }
    }

    private static final byte[] NEW = Contents.random(99, 3);

    static Stream<Arguments> losses() {
        return Stream.of(Change.values())
                .flatMap(change -> Stream.of(MemoryFileStorage.Unforced.values())
                        .flatMap(fate ->
                                Stream.of(Arguments.of(change, fate, false), Arguments.of(change, fate, true))));
    }

    static Stream<Arguments> lossesOfFormerStores() {
        return Stream.of("format-1/objects.store", "format-1-overwritten/objects.store", "format-1/unfinished.store")
                .flatMap(store -> Stream.of(MemoryFileStorage.Unforced.values())
                        .flatMap(fate -> Stream.of(Arguments.of(store, fate, false), Arguments.of(store, fate, true))));
    }

    private static Map<String, byte[]> objects(int count) {
        Map<String, byte[]> objects = new TreeMap<>();
        for (int i = 1; i <= count; i++) {
            objects.put(String.format("object %02d", i), Contents.random(i, i));
        }
        return objects;
    }

    @ParameterizedTest
    @MethodSource("losses")
    void whileAnIndexOfManyNodesIsChangedThereIsTheOldOrTheNewOne(
            Change change, MemoryFileStorage.Unforced fate, boolean takesPlace) throws TeeException {
        Map<String, byte[]> before = objects(change.objects);
        Map<String, byte[]> after = new TreeMap<>(before);
        if (change.removes()) {
            after.remove(change.name);
        } else {
            after.put(change.name, NEW);
        }
        storage.restore(Map.of());
        environment = new FakeEnvironment("device", storage);
        TestClient client = TestClient.start(environment).in(drawer);
        for (Map.Entry<String, byte[]> each : before.entrySet()) {
            client.seal(each.getKey(), each.getValue());
        }
        int steps = losePowerAtEachStep(change::run, before, after, fate, takesPlace);
        assertTrue(steps > 5, "only " + steps + " steps");
    }

    @ParameterizedTest
    @MethodSource("lossesOfFormerStores")
    void whileAStoreOfTheFormerFormatIsConvertedEachObjectStaysOrIsReplaced(
            String store, MemoryFileStorage.Unforced fate, boolean takesPlace) throws TeeException {
        environment = GoldenStore.load(store, storage);
        drawer = "common";
        Map<String, byte[]> before = GoldenStoreWriter.objects();
        if (store.contains("unfinished")) {
            before.put("beside", Contents.random(10, 5));
        }
        Map<String, byte[]> after = new TreeMap<>(before);
        after.put("replaced", NEW);
        int steps = losePowerAtEachStep(client -> client.seal("replaced", NEW), before, after, fate, takesPlace);
        assertTrue(steps > 20, "only " + steps + " steps");
    }

    private interface Operation {
        void run(TestClient client) throws TeeException;
    }

    private int losePowerAtEachStep(
            Operation operation,
            Map<String, byte[]> before,
            Map<String, byte[]> after,
            MemoryFileStorage.Unforced fate,
            boolean takesPlace)
            throws TeeException {
        storage.losePower(MemoryFileStorage.Unforced.KEPT, 0);
        Map<String, byte[]> files = storage.snapshot();
        Map<String, Long> counters = Map.copyOf(environment.counters());
        for (int step = 1; ; step++) {
            storage.restore(files);
            storage.losePower(MemoryFileStorage.Unforced.KEPT, 0);
            environment.counters().clear();
            environment.counters().putAll(counters);
            boolean completed = runUntilPowerLoss(operation, step, takesPlace);
            storage.losePower(fate, step);
            String when = "step " + step;
            assertHoldsOneOf(before, after, when);
            assertGoesOn(when);
            if (completed) {
                return step - 1;
            }
        }
    }

    private boolean runUntilPowerLoss(Operation operation, int step, boolean takesPlace) throws TeeException {
        environment.losePowerAt(step, takesPlace);
        try {
            operation.run(TestClient.start(environment).in(drawer));
            return true;
        } catch (FakeEnvironment.PowerLoss e) {
            return false;
        } finally {
            environment.restorePower();
        }
    }

    private void assertHoldsOneOf(Map<String, byte[]> before, Map<String, byte[]> after, String when)
            throws TeeException {
        Map<String, byte[]> found = contents(TestClient.start(environment).in(drawer));
        assertTrue(same(before, found) || same(after, found), when + ": found " + found.keySet());
    }

    private static Map<String, byte[]> contents(TestClient client) throws TeeException {
        Map<String, byte[]> contents = new TreeMap<>();
        for (String name : client.list().keySet()) {
            contents.put(name, client.unseal(name));
        }
        return contents;
    }

    private static boolean same(Map<String, byte[]> some, Map<String, byte[]> others) {
        return some.keySet().equals(others.keySet())
                && some.keySet().stream().allMatch(name -> Arrays.equals(some.get(name), others.get(name)));
    }

    /** Something can be sealed; in the end each object can be removed, and no file is left but a few of the index. */
    private void assertGoesOn(String when) throws TeeException {
        TestClient client = TestClient.start(environment).in(drawer);
        client.seal("latest", NEW);
        assertArrayEquals(NEW, client.unseal("latest"), when);
        client = TestClient.start(environment).in(drawer);
        for (String name : client.list().keySet()) {
            client.remove(name);
        }
        // Once more, as what is spare is cleared away bit by bit.
        client.seal("latest", NEW);
        client.remove("latest");
        assertEquals(
                Set.of(),
                storage.segments(),
                () -> when + ": " + storage.files().keySet());
        Set<String> left = new TreeSet<>(storage.files().keySet());
        assertTrue(left.size() <= 5, when + ": " + left);
        assertTrue(left.stream().noneMatch(name -> name.startsWith("persist")), when + ": " + left);
    }
}
