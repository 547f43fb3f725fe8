// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.together;

import java.util.function.ObjLongConsumer;
import org.ermine.tee.TeeException;
import org.ermine.tee.limits.OwnerShares;
import org.ermine.tee.limits.RepeatLog;

/** Objects, their ids and their references, used and let go at once. */
final class ObjectScenarios {

    private static final int NAME = 0x41;
    /** So many objects fill a new table: the next one makes it grow. */
    private static final int FULL = 8;

    private ObjectScenarios() {}

    /** Never started: it only collects. */
    private static ReleaseQueue releases() {
        return new ReleaseQueue(
                "test", new ReleaseQueue.Bounds(1, 1, Long.MAX_VALUE / 2), new RepeatLog(line -> {}), name -> {});
    }

    /** An object is released by its client while another thread uses it: QTEE is told once, when nobody uses it any more. */
    record ReleaseBesideUse() implements Runnable {
        @Override
        public void run() {
            ReleaseQueue releases = releases();
            ObjectTable table = new ObjectTable(1, new ObjectUses());
            long id = add(table, new SecureObject(NAME, releases));
            together(
                    () -> {
                        SecureObject used = acquire(table, id);
                        if (used != null) {
                            require(releases.pending() == 0, "released while in use");
                            used.put();
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

    /** A context is closed while another thread invokes an object of it, which announced that and has no reference of its own. */
    record CloseBesideAnnouncedUse() implements Runnable {
        @Override
        public void run() {
            endBesideUse((table, id) -> table.close());
        }
    }

    private static void endBesideUse(ObjLongConsumer<ObjectTable> end) {
        ReleaseQueue releases = releases();
        ObjectUses uses = new ObjectUses();
        ObjectTable table = new ObjectTable(1, uses);
        long id = add(table, new SecureObject(NAME, releases));
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

    /** Two objects that have the same place, one after the other, are released while one thread after the other uses it. */
    record ReleaseOfSuccessorBesideUse() implements Runnable {
        @Override
        public void run() {
            ReleaseQueue releases = releases();
            ObjectUses uses = new ObjectUses();
            ObjectTable table = new ObjectTable(1, uses);
            long first = add(table, new SecureObject(NAME, releases));
            together(() -> use(table, uses, first, releases), () -> {
                table.release(first);
                long second = add(table, new SecureObject(NAME + 1, releases));
                table.release(second);
            });
            require(releases.pending() == 2, "released " + releases.pending() + " times");
        }
    }

    /** Two threads drop objects while a third one takes all there are: none is lost, and those of one thread stay in order. */
    record TwoDropsBesideTaking() implements Runnable {
        @Override
        public void run() {
            DroppedObjects dropped = new DroppedObjects();
            StringBuilder taken = new StringBuilder();
            together(() -> drop(dropped, 1, 2), () -> drop(dropped, 3, 4), () -> take(dropped, taken));
            take(dropped, taken);
            require(taken.length() == 4, "taken: " + taken);
            require(taken.indexOf("1") < taken.indexOf("2"), "not in order: " + taken);
            require(taken.indexOf("3") < taken.indexOf("4"), "not in order: " + taken);
        }

        private static void drop(DroppedObjects dropped, int first, int second) {
            dropped.add(new SecureObject(first, null));
            dropped.add(new SecureObject(second, null));
        }

        private static void take(DroppedObjects dropped, StringBuilder taken) {
            for (SecureObject object = dropped.takeAll(); object != null; object = object.next()) {
                taken.append(object.name());
            }
        }
    }

    /** A context is closed while an object arrives: the table takes it and lets it go, or refuses it. */
    record CloseBesideAdd() implements Runnable {
        @Override
        public void run() {
            ReleaseQueue releases = releases();
            ObjectTable table = new ObjectTable(1, new ObjectUses());
            SecureObject object = new SecureObject(NAME, releases);
            together(table::close, () -> {
                if (add(table, object) < 0) {
                    object.put();
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
            IdTable<SecureObject> table = new IdTable<>();
            SecureObject first = new SecureObject(NAME, null);
            long id = table.add(first);
            together(
                    () -> {
                        table.remove(id);
                        table.add(new SecureObject(NAME + 1, null));
                    },
                    () -> {
                        SecureObject found = table.get(id);
                        require(found == null || found == first, "an old id names another object");
                    });
        }
    }

    /** The table grows while an object is looked up. */
    record GrowBesideLookup() implements Runnable {
        @Override
        public void run() {
            IdTable<SecureObject> table = new IdTable<>();
            SecureObject first = new SecureObject(NAME, null);
            long id = table.add(first);
            for (int i = 1; i < FULL; i++) {
                table.add(new SecureObject(NAME + i, null));
            }
            together(
                    () -> table.add(new SecureObject(NAME + FULL, null)),
                    () -> require(table.get(id) == first, "an object is not found"));
        }
    }

    /** QTEE gives both references with an id back at once. */
    record TwoReleasesOfExport() implements Runnable {
        @Override
        public void run() {
            ExportTable exports = new ExportTable(2, new OwnerShares("objects", 2, "none"));
            Counted object = new Counted();
            int id = export(exports, object.object);
            exports.retain(id);
            together(() -> exports.release(id), () -> exports.release(id));
            require(exports.acquire(id) == null, "an id is left");
            require(object.isGone(), "a reference is left");
        }
    }

    /** QTEE lets an object go while it names it in a message. */
    record ReleaseBesideAcquire() implements Runnable {
        @Override
        public void run() {
            ExportTable exports = new ExportTable(2, new OwnerShares("objects", 2, "none"));
            Counted object = new Counted();
            int id = export(exports, object.object);
            together(() -> exports.release(id), () -> {
                HostedObject used = exports.acquire(id);
                if (used != null) {
                    require(!object.isGone(), "gone while in use");
                    used.put();
                }
            });
            require(object.isGone(), "a reference is left");
        }
    }

    /** The device ends while QTEE lets an object go. */
    record ClearBesideRelease() implements Runnable {
        @Override
        public void run() {
            ExportTable exports = new ExportTable(2, new OwnerShares("objects", 2, "none"));
            Counted object = new Counted();
            int id = export(exports, object.object);
            boolean[] released = new boolean[1];
            int[] cleared = new int[1];
            together(() -> cleared[0] = exports.clear(), () -> released[0] = exports.release(id));
            require(released[0] == (cleared[0] == 0), "let go twice, or never");
            require(object.isGone(), "a reference is left");
        }
    }

    /** Who has the last reference is told so, and nobody gets one afterwards. */
    record RetainBesideLastRelease() implements Runnable {
        @Override
        public void run() {
            ReferenceCount count = new ReferenceCount();
            boolean[] last = new boolean[2];
            together(() -> last[0] = count.release(), () -> {
                if (count.tryRetain()) {
                    last[1] = count.release();
                } else {
                    require(count.get() == 0, "refused though there are references");
                }
            });
            require(last[0] != last[1], "the last reference went " + (last[0] ? "twice" : "unnoticed"));
        }
    }

    /** An object whose context knows when it is gone. */
    private static final class Counted {

        private final CountingHost host = new CountingHost();
        final HostedObject object = new UserObject(new QcomContext(RequestScenarios.handOver(), host, 2), 7);

        Counted() {
            ((UserObject) object).silence();
        }

        boolean isGone() {
            return host.references() == 0;
        }
    }

    /** Negative if the table is closed. */
    private static long add(ObjectTable table, SecureObject object) {
        try {
            return table.add(object);
        } catch (TeeException e) {
            return -1;
        }
    }

    private static SecureObject acquire(ObjectTable table, long id) {
        try {
            return table.acquire(id);
        } catch (TeeException e) {
            return null;
        }
    }

    private static int export(ExportTable exports, HostedObject object) {
        try {
            return exports.export(object);
        } catch (TeeException e) {
            throw new IllegalStateException(e);
        }
    }
}
