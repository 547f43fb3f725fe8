// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.teeobject;

import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.together;

import java.util.function.ObjLongConsumer;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.RepeatLog;

/** Objects, their ids and their references, which are used and released at once. */
final class ObjectScenarios {

    private static final int NAME = 0x41;
    /** So many objects fill a new table: the next one makes it grow. */
    private static final int FULL = 8;

    private ObjectScenarios() {}

    /** The queue is never started, so it only collects. */
    private static ReleaseQueue releases() {
        return new ReleaseQueue(
                "test", new ReleaseQueue.Bounds(1, 1, Long.MAX_VALUE / 2), new RepeatLog(line -> {}), name -> {});
    }

    /**
     * An object is released by its client while another thread uses it: QTEE is told once, when nobody uses it any
     * more.
     */
    record ReleaseBesideUse() implements Runnable {
        @Override
        public void run() {
            ReleaseQueue releases = releases();
            SecureObjects objects = releases.objects();
            ObjectTable table = table(objects, new ObjectUses(objects));
            long id = add(table, objects.take(NAME, false));
            together(
                    () -> {
                        int used = acquire(table, id);
                        if (used != SecureObjects.NONE) {
                            require(releases.pending() == 0, "released while in use");
                            objects.release(used);
                        }
                    },
                    () -> table.release(id));
            require(releases.pending() == 1, "released " + releases.pending() + " times");
        }
    }

    /** An object is released while another thread invokes it, which announced that and has no reference of its own. */
    record ReleaseBesideAnnouncedUse() implements Runnable {
        @Override
        public void run() {
            endBesideUse((table, id) -> table.release(id));
        }
    }

    /**
     * A context is closed while another thread invokes an object of it, which announced that and has no reference of
     * its own.
     */
    record CloseBesideAnnouncedUse() implements Runnable {
        @Override
        public void run() {
            endBesideUse((table, id) -> table.close());
        }
    }

    private static void endBesideUse(ObjLongConsumer<ObjectTable> end) {
        ReleaseQueue releases = releases();
        SecureObjects objects = releases.objects();
        ObjectUses uses = new ObjectUses(objects);
        ObjectTable table = table(objects, uses);
        long id = add(table, objects.take(NAME, false));
        together(() -> use(table, uses, id, releases), () -> end.accept(table, id));
        require(releases.pending() == 1, "released " + releases.pending() + " times");
    }

    private static void use(ObjectTable table, ObjectUses uses, long id, ReleaseQueue releases) {
        long key = table.key(id);
        int slot = uses.begin(key);
        try {
            table.find(id);
            require(releases.pending() == 0, "released while in use");
        } catch (TeeException gone) {
            // It came too late.
        } finally {
            uses.end(slot, key);
        }
    }

    /**
     * Two objects that have the same place, one after the other, are released while one thread after the other uses it.
     */
    record ReleaseOfSuccessorBesideUse() implements Runnable {
        @Override
        public void run() {
            ReleaseQueue releases = releases();
            SecureObjects objects = releases.objects();
            ObjectUses uses = new ObjectUses(objects);
            ObjectTable table = table(objects, uses);
            long first = add(table, objects.take(NAME, false));
            together(() -> use(table, uses, first, releases), () -> {
                table.release(first);
                long second = add(table, objects.take(NAME + 1, false));
                table.release(second);
            });
            require(releases.pending() == 2, "released " + releases.pending() + " times");
        }
    }

    /**
     * Two threads drop objects while a third one takes all there are: none is lost, and those of one thread stay in
     * order.
     */
    record TwoDropsBesideTaking() implements Runnable {
        @Override
        public void run() {
            SecureObjects objects = new SecureObjects(object -> {});
            DroppedObjects dropped = new DroppedObjects(objects);
            StringBuilder taken = new StringBuilder();
            together(
                    () -> drop(dropped, objects, 1, 2),
                    () -> drop(dropped, objects, 3, 4),
                    () -> take(dropped, objects, taken));
            take(dropped, objects, taken);
            require(taken.length() == 4, "taken: " + taken);
            require(taken.indexOf("1") < taken.indexOf("2"), "not in order: " + taken);
            require(taken.indexOf("3") < taken.indexOf("4"), "not in order: " + taken);
        }

        private static void drop(DroppedObjects dropped, SecureObjects objects, int first, int second) {
            drop(dropped, objects, first);
            drop(dropped, objects, second);
        }

        private static void drop(DroppedObjects dropped, SecureObjects objects, int name) {
            int object = objects.take(name, false);
            objects.release(object);
            dropped.add(object);
        }

        private static void take(DroppedObjects dropped, SecureObjects objects, StringBuilder taken) {
            int object = dropped.takeAll();
            while (object != SecureObjects.NONE) {
                int next = objects.link(object);
                taken.append(objects.name(object));
                objects.free(object);
                object = next;
            }
        }
    }

    /** A thread takes handles while another one takes two and gives the first one back: no two have the same. */
    record TakesBesideFree() implements Runnable {
        @Override
        public void run() {
            SecureObjects objects = new SecureObjects(object -> {});
            int[] taken = {objects.take(), objects.take(), objects.take()};
            for (int object : taken) {
                objects.free(object);
            }
            together(
                    () -> {
                        taken[0] = objects.take(NAME, false);
                        taken[1] = objects.take(NAME + 1, false);
                    },
                    () -> {
                        int first = objects.take(NAME + 2, false);
                        taken[2] = objects.take(NAME + 2, false);
                        objects.free(first);
                    });
            for (int i = 0; i < taken.length; i++) {
                require(objects.name(taken[i]) == NAME + i, "a handle was given out twice");
            }
        }
    }

    /** An object is released, and its handle used again, while another thread takes a reference by its id. */
    record ReuseBesideAcquire() implements Runnable {
        @Override
        public void run() {
            SecureObjects[] objects = new SecureObjects[1];
            objects[0] = new SecureObjects(object -> objects[0].free(object));
            ObjectTable table = table(objects[0], new ObjectUses(objects[0]));
            long id = add(table, objects[0].take(NAME, false));
            together(
                    () -> {
                        int used = acquire(table, id);
                        if (used != SecureObjects.NONE) {
                            require(objects[0].name(used) == NAME, "a handle stands for another object");
                            objects[0].release(used);
                        }
                    },
                    () -> {
                        table.release(id);
                        objects[0].take(NAME + 1, false);
                    });
        }
    }

    /** A context is closed while an object arrives: the table takes it and lets it go, or refuses it. */
    record CloseBesideAdd() implements Runnable {
        @Override
        public void run() {
            ReleaseQueue releases = releases();
            SecureObjects objects = releases.objects();
            ObjectTable table = table(objects, new ObjectUses(objects));
            int object = objects.take(NAME, false);
            together(table::close, () -> {
                if (add(table, object) < 0) {
                    objects.release(object);
                }
            });
            require(table.size() == 0, "an object is left in a closed table");
            require(releases.pending() == 1, "released " + releases.pending() + " times");
        }
    }

    /** The place of an object is given out again while it is looked up: its id names nothing else. */
    record ReuseBesideLookup() implements Runnable {
        @Override
        public void run() {
            HandleTable table = new HandleTable();
            long id = table.add(1);
            together(
                    () -> {
                        table.remove(id);
                        table.add(2);
                    },
                    () -> {
                        int found = table.get(id);
                        require(found == SecureObjects.NONE || found == 1, "an old id names another object");
                    });
        }
    }

    /** The table grows while an object is looked up. */
    record GrowBesideLookup() implements Runnable {
        @Override
        public void run() {
            HandleTable table = new HandleTable();
            long id = table.add(0);
            for (int i = 1; i < FULL; i++) {
                table.add(i);
            }
            together(() -> table.add(FULL), () -> require(table.get(id) == 0, "an object is not found"));
        }
    }

    private static ObjectTable table(SecureObjects objects, ObjectUses uses) {
        return new ObjectTable(1, objects, uses);
    }

    /** Negative if the table is closed. */
    private static long add(ObjectTable table, int object) {
        try {
            return table.add(object);
        } catch (TeeException e) {
            return -1;
        }
    }

    private static int acquire(ObjectTable table, long id) {
        try {
            return table.acquire(id);
        } catch (TeeException e) {
            return SecureObjects.NONE;
        }
    }
}
