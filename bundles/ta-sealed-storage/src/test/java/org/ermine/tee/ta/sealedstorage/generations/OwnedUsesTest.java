// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.generations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.drawers.Drawer;
import org.ermine.tee.ta.sealedstorage.generations.Generations.Start;
import org.ermine.tee.ta.sealedstorage.generations.Generations.Use;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each use of a generation is one owner's, and ends where none can be made. */
class OwnedUsesTest {

    private static final long GENERATION = 7;
    private static final Generations.Room ROOM =
            new Generations.Room(Drawer.COMMON, Drawer.COMMON.key("x"), 0, Long.MAX_VALUE);

    private final Generations generations = new Generations(new RepeatLog(line -> {}));

    @Test
    @DisplayName(
            "ERM-23: given no memory for a reader or a writer, when that happens again and again, then none counts as "
                    + "open, and what was to be written is removed")
    void noMemory() throws Exception {
        OutOfMemoryError none = new OutOfMemoryError("none");
        Function<Use, Object> failing = use -> {
            throw none;
        };
        Start reading = () -> generations.startReading(GENERATION, Optional.empty());
        Start writing = () -> generations.startWriting(GENERATION, Optional.empty(), ROOM);
        for (int i = 0; i < Generations.MAX_OPEN; i++) {
            assertThrows(OutOfMemoryError.class, () -> generations.owned(failing, reading));
            assertThrows(OutOfMemoryError.class, () -> generations.owned(failing, writing));
            assertEquals(Set.of(GENERATION), generations.removable());
            generations.removed(GENERATION);
        }
        assertEquals(GENERATION, generations.owned(Use::generation, writing));
    }

    @Test
    @DisplayName("ERM-23: given no memory for a set of objects, when that happens, then no files are kept for it")
    void noMemoryForASet() throws Exception {
        generations.discard(Set.of(GENERATION));
        OutOfMemoryError none = new OutOfMemoryError("none");
        Start readingAll = () -> generations.startReadingAll(GENERATION + 1, Optional.empty());
        assertThrows(
                OutOfMemoryError.class,
                () -> generations.owned(
                        use -> {
                            assertEquals(Set.of(), generations.removable());
                            throw none;
                        },
                        readingAll));
        assertEquals(Set.of(GENERATION), generations.removable());
    }

    @Test
    @DisplayName("given a log, when something is told to it, then the lock of the generations is free")
    void toldWithoutTheLock() throws TeeException {
        List<String> told = new ArrayList<>();
        AtomicReference<Generations> used = new AtomicReference<>();
        Generations watched = new Generations(new RepeatLog(text -> {
            assertFalse(Thread.holdsLock(used.get()), text);
            told.add(text);
        }));
        used.set(watched);
        Use set = watched.startReadingAll(Generations.MOST_KEPT + 1, Optional.empty());
        watched.discard(LongStream.range(0, Generations.MOST_KEPT).boxed().toList());
        watched.keepSpare(Generations.MOST_KEPT, 20);
        assertThrows(TeeException.class, () -> watched.requireKept(set));
        assertEquals(1, told.size(), told::toString);

        assertRefusedSometime(() -> watched.startReading(GENERATION, Optional.empty()));
        assertEquals(2, told.size(), told::toString);
    }

    @Test
    @DisplayName("given a client that has all it may open, when it opens more in any way, then the log tells of it")
    void toldOfRefusals() {
        for (Function<Generations, Start> way : List.<Function<Generations, Start>>of(
                each -> () -> each.startReading(GENERATION, Optional.empty()),
                each -> () -> each.startReadingAll(GENERATION, Optional.empty()),
                each -> () -> each.startWriting(GENERATION, Optional.empty(), ROOM))) {
            List<String> told = new ArrayList<>();
            TeeException refused = assertRefusedSometime(way.apply(new Generations(new RepeatLog(told::add))));
            assertEquals(List.of(refused.getMessage()), told);
        }
    }

    private static TeeException assertRefusedSometime(Start start) {
        return assertThrows(TeeException.class, () -> {
            for (int i = 0; i <= Generations.MAX_OPEN; i++) {
                start.begin();
            }
        });
    }

    @Test
    @DisplayName("given a drawer that others fill, when what is written is no larger than what it replaces, then it is")
    void whatMakesNoDrawerLarger() throws TeeException {
        Use growing = generations.startWriting(1, Optional.empty(), new Generations.Room(Drawer.COMMON, "a", 0, 100));
        generations.grow(growing, 100);
        Use replacing = generations.startWriting(2, Optional.empty(), new Generations.Room(Drawer.COMMON, "b", 20, 0));
        generations.grow(replacing, 10);
        generations.grow(replacing, 20);
        TeeException refused = assertThrows(TeeException.class, () -> generations.grow(replacing, 21));
        assertEquals(SealedStorageProtocol.ERROR_DRAWER_FULL, refused.result().code());
        generations.grow(replacing, 15);
    }

    @Test
    @DisplayName(
            "given a use that took a kept file when it asks once more then it keeps that one, and no other is taken")
    void givenAUseThatTookAKeptFileThenItTakesNoOther() throws TeeException {
        Use use = generations.startWriting(10, Optional.empty(), ROOM);
        generations.keepSpare(1, 20);
        generations.keepSpare(2, 21);
        assertEquals(1, generations.placeInSpare(use, 20));
        assertEquals(1, generations.placeInSpare(use, 21));
        assertEquals(Set.of(1L, 2L), generations.unfinished());
    }
}
