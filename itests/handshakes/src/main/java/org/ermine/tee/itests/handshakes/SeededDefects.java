// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.handshakes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.ermine.tee.core.invoke.GateHandshakes;
import org.ermine.tee.qcomtee.request.RequestHandshakes;
import org.ermine.tee.qcomtee.teeobject.ObjectHandshakes;
import org.ermine.tee.spi.SlotHandshakes;
import org.ermine.tee.supplicant.worker.LookoutHandshakes;

/** Each defect that is put into a class under test is found, by the test that is meant to find it. */
public final class SeededDefects {

    /** What needs a certain moment may not come about the first time. */
    private static final int ATTEMPTS = 10;

    private static final String SLOTS = "api/src/main/java/org/ermine/tee/spi/HazardSlots.java";
    private static final String QCOMTEE = "qcomtee/src/main/java/org/ermine/tee/qcomtee/";
    private static final String LOOKOUT = "supplicant/src/main/java/org/ermine/tee/supplicant/worker/Lookout.java";

    private static final String CLAIM =
            "return keys.get(place(slot)) == FREE && keys.compareAndSet(place(slot), FREE, key);";
    private static final String CLAIM_WITHOUT_ORDER =
            "boolean free = keys.get(place(slot)) == FREE;\n        if (free) {\n"
                    + "            keys.setRelease(place(slot), key);\n        }\n        return free;";

    private static final String RELEASE = "return keys.compareAndSet(place(slot), key, FREE);";

    private SeededDefects() {}

    private static List<Defect> slots() {
        return List.of(
                new Defect(
                        "a use is announced without an order before the look-up",
                        SLOTS,
                        CLAIM,
                        CLAIM_WITHOUT_ORDER,
                        SlotHandshakes.AnnounceBesideRemoval.class),
                new Defect(
                        "a call comes in without an order before the look at the gate",
                        SLOTS,
                        CLAIM,
                        CLAIM_WITHOUT_ORDER,
                        GateHandshakes.EnterBesideClose.class),
                new Defect(
                        "a slot becomes free without an order before what is read afterwards",
                        SLOTS,
                        RELEASE,
                        "keys.setRelease(place(slot), FREE);\n        return true;",
                        SlotHandshakes.LeaveBesideClose.class),
                new Defect(
                        "a slot becomes free though it is marked meanwhile",
                        SLOTS,
                        RELEASE,
                        "boolean mine = keys.get(place(slot)) == key;\n        keys.set(place(slot), FREE);\n"
                                + "        return mine;",
                        SlotHandshakes.ReleaseBesideMark.class),
                new Defect(
                        "who closes a context looks for one of its objects",
                        SLOTS,
                        "return next(from, key(whole, 0), ~LOWER_HALF);",
                        "return next(from, key(whole, 0), -1);",
                        GateHandshakes.EnterBesideClose.class),
                new Defect(
                        "who ends a use does not do what its slot is marked for",
                        SLOTS,
                        "            marked.accept(slot);\n",
                        "            free(slot);\n",
                        ObjectHandshakes.InvokeBesideRelease.class),
                new Defect(
                        "of two first claims one is forgotten",
                        SLOTS,
                        "used.getAndUpdate(stripes -> stripes | 1L << stripe);",
                        "used.set(used.get() | 1L << stripe);",
                        SlotHandshakes.TwoFirstClaims.class));
    }

    private static List<Defect> requests() {
        return List.of(
                new Defect(
                        "the client goes on before its answer is there",
                        QCOMTEE + "request/HandOver.java",
                        "        cells.setPlain(OUTCOME, outcome);\n        settleIfDone(answered);\n",
                        "        settleIfDone(answered);\n        cells.set(OUTCOME, outcome);\n",
                        RequestHandshakes.LookBesideAnswer.class),
                new Defect(
                        "after a close the client goes on before the outcome is there",
                        QCOMTEE + "request/HandOver.java",
                        "            if (state == State.CLOSED) {\n"
                                + "                cells.setPlain(OUTCOME, -Errno.ENODEV.number());\n"
                                + "            }\n            cells.set(SETTLED, word & -USE);\n",
                        "            cells.set(SETTLED, word & -USE);\n"
                                + "            if (state == State.CLOSED) {\n"
                                + "                cells.setPlain(OUTCOME, -Errno.ENODEV.number());\n"
                                + "            }\n",
                        RequestHandshakes.LookBesideClose.class),
                new Defect(
                        "a client leaves though its request is taken meanwhile",
                        QCOMTEE + "request/HandOver.java",
                        "&& move(word, in(word, State.LEFT));",
                        "&& cells.getAndSet(WORD, in(word, State.LEFT)) != 0;",
                        RequestHandshakes.LeaveBesideTake.class),
                new Defect(
                        "an answer is taken over though its client leaves meanwhile",
                        QCOMTEE + "request/HandOver.java",
                        "return (word & FLAGS) == State.PROCESSING.ordinal() && move(word, in(word, State.ANSWERING));",
                        "return (word & FLAGS) == State.PROCESSING.ordinal()\n"
                                + "                && cells.getAndSet(WORD, in(word, State.ANSWERING)) != 0;",
                        RequestHandshakes.LeaveBesideAnswer.class),
                new Defect(
                        "a close is lost that comes while arguments are let go",
                        QCOMTEE + "request/HandOver.java",
                        "        while (!move(word, word & ~HELD)) {\n            word = word();\n        }\n",
                        "        cells.set(WORD, word & ~HELD);\n",
                        RequestHandshakes.LetGoBesideClose.class),
                new Defect(
                        "a close takes the answer away that is being given",
                        QCOMTEE + "request/HandOver.java",
                        "            if (move(word, closed)) {\n",
                        "            if (cells.getAndSet(WORD, closed) != 0) {\n",
                        RequestHandshakes.AnswerBesideClose.class),
                new Defect(
                        "a client goes to sleep without an order before it looks once more",
                        QCOMTEE + "request/HandOver.java",
                        "cells.set(SLEEP, what.ordinal());",
                        "cells.setRelease(SLEEP, what.ordinal());",
                        RequestHandshakes.SleepBesideAnswer.class),
                new Defect(
                        "a client is answered without an order before the look whether it sleeps",
                        QCOMTEE + "request/HandOver.java",
                        "cells.set(SETTLED, word & -USE);",
                        "cells.setRelease(SETTLED, word & -USE);",
                        RequestHandshakes.SleepBesideAnswer.class));
    }

    private static List<Defect> objects() {
        return List.of(
                new Defect(
                        "the slots are looked at before the object is taken out",
                        QCOMTEE + "teeobject/ObjectTable.java",
                        "        int object = removeHandle(id);\n        if (object != SecureObjects.NONE) {\n"
                                + "            uses.handOver(key(id), object);\n        }",
                        "        int object = table.get(id);\n        if (object != SecureObjects.NONE) {\n"
                                + "            uses.handOver(key(id), object);\n        }\n        removeHandle(id);",
                        ObjectHandshakes.InvokeBesideRelease.class),
                new Defect(
                        "a context that closes does not look for users",
                        QCOMTEE + "teeobject/ObjectTable.java",
                        "            uses.handOver(key(index), object);\n",
                        "",
                        ObjectHandshakes.InvokeBesideClose.class),
                new Defect(
                        "a task is left to a user who is not told",
                        QCOMTEE + "teeobject/ObjectUses.java",
                        "boolean left = key != 0 && key != CARETAKER && slots.mark(slot, key);",
                        "boolean left = key != 0 && key != CARETAKER && slots.key(slot) == key;",
                        ObjectHandshakes.KeepBesideEnd.class),
                new Defect(
                        "an object is dropped without an order before the look whether somebody sleeps",
                        QCOMTEE + "teeobject/DroppedObjects.java",
                        "        } while (!youngest.compareAndSet(seen, object));",
                        "        } while (false);\n        youngest.lazySet(object);",
                        ObjectHandshakes.DropBesideSleep.class),
                new Defect(
                        "an object is dropped beside the taking of all",
                        QCOMTEE + "teeobject/DroppedObjects.java",
                        "        } while (!youngest.compareAndSet(seen, object));",
                        "        } while (false);\n        youngest.set(object);",
                        ObjectHandshakes.DropBesideTaking.class),
                new Defect(
                        "the head of the free handles does not count its changes",
                        QCOMTEE + "teeobject/SecureObjects.java",
                        "return (head & ~LOW) + ONE | first & LOW;",
                        "return head & ~LOW | first & LOW;",
                        ObjectHandshakes.TakeBesideFree.class));
    }

    private static List<Defect> workers() {
        return List.of(
                new Defect(
                        "a worker gives up and forgets what it was handed meanwhile",
                        LOOKOUT,
                        "return words.get(PLACE) == this && words.compareAndSet(PLACE, this, null);",
                        "boolean nothing = words.get(PLACE) == this;\n        words.set(PLACE, null);\n"
                                + "        return nothing;",
                        LookoutHandshakes.HandBesideGiveUp.class),
                new Defect(
                        "of two turns that are handed over at once one is lost",
                        LOOKOUT,
                        "return words.get(PLACE) == this && words.compareAndSet(PLACE, this, source);",
                        "boolean free = words.get(PLACE) == this;\n        words.set(PLACE, source);\n"
                                + "        return free;",
                        LookoutHandshakes.TwoHands.class),
                new Defect(
                        "a worker is recalled and forgets what it was handed meanwhile",
                        LOOKOUT,
                        "return words.get(PLACE) == this && words.compareAndSet(PLACE, this, RECALLED);",
                        "boolean free = words.get(PLACE) == this;\n        words.set(PLACE, RECALLED);\n"
                                + "        return free;",
                        LookoutHandshakes.HandBesideRecall.class));
    }

    /**
     * Arguments: the folder of the bundles, and one for what is written; without that it is only seen whether the
     * sources have the texts that are to be changed. Exits with 1 if a defect is not found.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path bundles = Path.of(args[0]);
        List<Defect> defects = Stream.of(slots(), requests(), objects(), workers())
                .flatMap(List::stream)
                .toList();
        for (Defect defect : defects) {
            defect.seeded(bundles);
        }
        if (args.length > 1) {
            System.exit(areFound(defects, bundles, Path.of(args[1])) ? 0 : 1);
        }
    }

    private static boolean areFound(List<Defect> defects, Path bundles, Path folder)
            throws IOException, InterruptedException {
        boolean all = true;
        System.out.println("| defect | test | seen |\n|---|---|---|");
        for (int i = 0; i < defects.size(); i++) {
            Defect defect = defects.get(i);
            long seen = seen(defect, bundles, folder.resolve(String.valueOf(i)));
            all &= seen > 0;
            System.out.printf(
                    "| %s | %s | %s |%n",
                    defect.name(), defect.test().getSimpleName(), seen > 0 ? seen + " times" : "NOT FOUND");
        }
        return all;
    }

    private static long seen(Defect defect, Path bundles, Path folder) throws IOException, InterruptedException {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        defect.compile(bundles, classes);
        long seen = 0;
        for (int attempt = 0; attempt < ATTEMPTS && seen == 0; attempt++) {
            seen = new Stress(classes, folder).forbidden(defect.test());
        }
        return seen;
    }
}
