// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.ta.sealedstorage.blocks.BlockCipher;
import org.ermine.tee.ta.sealedstorage.blocks.BlockFiles;
import org.ermine.tee.ta.sealedstorage.blocks.ObjectVersion;
import org.ermine.tee.ta.sealedstorage.files.GpFileStorage;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.former.FormerIndexFile;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.ermine.tee.ta.sealedstorage.tree.IndexChange;
import org.ermine.tee.ta.sealedstorage.tree.IndexEntry;
import org.ermine.tee.ta.sealedstorage.versions.IndexVersions;
import org.ermine.tee.ta.sealedstorage.versions.SecureCounters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is damaged in one of two copies of the index does no harm yet, and operators hear of it. */
@Timeout(120)
class DamagedCopiesTest {

    private static final int NODE_SIZE = 512;
    private static final int COPY = 8192;
    private static final int OBJECTS = 40;

    private final MemoryFileStorage disk = new MemoryFileStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", disk);
    private final SecureRandom random = new SecureRandom();
    private final List<String> told = new ArrayList<>();
    private Map<String, byte[]> whole;

    @BeforeEach
    void write() throws TeeException {
        IndexFile index = index();
        for (int i = 0; i < OBJECTS; i++) {
            put(index, i);
        }
        whole = disk.snapshot();
    }

    private void put(IndexFile index, long generation) throws TeeException {
        IndexFile.Current current = index.load();
        IndexChange change = index.newChange();
        IndexEntry entry = IndexEntry.plain(ObjectVersion.first(generation, random), 1, 32, 0);
        String key = "common\0object " + generation % OBJECTS;
        index.replace(current, current.index().with(key, entry, new TreeSet<>(), change), change);
    }

    /** As after a start. */
    private IndexFile index() {
        StorageMessage message = new StorageMessage();
        GpFileStorage storage = new GpFileStorage(environment);
        BlockCipher cipher = new BlockCipher(environment);
        SecureCounters counters = new SecureCounters(environment);
        return new IndexFile(
                new IndexVersions(counters),
                new FormerIndexFile(counters, new BlockFiles(storage, cipher), message),
                new IndexFiles(storage, cipher, message, new RepeatLog(told::add)),
                random,
                new IndexLimits(100, NODE_SIZE, 4 * COPY, COPY));
    }

    private static boolean isSpare(IndexFile.Current current, String file) {
        return current.index().spares().stream()
                .anyMatch(spare -> file.endsWith(IndexFiles.file(spare).name()));
    }

    private List<String> indexFiles() throws TeeException {
        IndexFile.Current current = index().load();
        List<String> used = whole.keySet().stream()
                .filter(file -> file.contains("index-") && !isSpare(current, file))
                .toList();
        assertTrue(used.size() > 3, used::toString);
        return used;
    }

    private static String rootFile(IndexFile index) throws TeeException {
        return "data/"
                + IndexFiles.file(IndexVersions.fileOf(index.load().version())).name();
    }

    private void assertTold(String file) throws TeeException {
        told.clear();
        assertEquals(OBJECTS, index().load().index().size());
        assertEquals(1, told.size(), file + ": " + told);
        assertTrue(told.get(0).contains(file.substring("data/".length())), told.get(0));
        assertTrue(told.get(0).contains("Nothing is lost"), told.get(0));
        assertTrue(told.get(0).contains("make a backup"), told.get(0));
    }

    @Test
    @DisplayName(
            "given a copy of a part of the index that was changed, when the other one is read, then the log has it")
    void changed() throws TeeException {
        for (String file : indexFiles()) {
            disk.restore(whole);
            disk.files().get(file)[20] ^= 1;
            assertTold(file);
        }
    }

    @Test
    @DisplayName(
            "given a copy of a part of the index that the disk cannot read, when that is read, then the log has it")
    void unreadable() throws TeeException {
        for (String file : indexFiles()) {
            disk.spoil(file, 0, 4096);
            assertTold(file);
        }
    }

    @Test
    @DisplayName("given a copy of the root that is an older one, when the other one is read, then the log has it")
    void older() throws TeeException {
        IndexFile index = index();
        String file = rootFile(index);
        long generation = OBJECTS;
        do {
            put(index, generation++);
        } while (!file.equals(rootFile(index)));
        System.arraycopy(whole.get(file), 0, disk.files().get(file), 0, COPY);
        assertTold(file);
        assertTrue(told.get(0).contains("it is of version"), told.get(0));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("given power goes at any step of a change, when the index is read, changed and read, then nothing is "
            + "told, as nothing is damaged")
    void lossOfPower(MemoryFileStorage.Unforced fate) throws TeeException {
        Map<String, Long> counters = Map.copyOf(environment.counters());
        int seeds = fate == MemoryFileStorage.Unforced.TORN ? 40 : 2;
        boolean completed = false;
        for (int step = 1; !completed; step++) {
            for (int seed = 0; seed < seeds; seed++) {
                disk.restore(whole);
                disk.losePower(MemoryFileStorage.Unforced.KEPT, 0);
                environment.counters().clear();
                environment.counters().putAll(counters);
                completed = changeUntilPowerLoss(step, seed % 2 == 0);
                disk.losePower(fate, seed);
                String when = "step " + step + ", seed " + seed;
                assertEquals(OBJECTS, index().load().index().size(), when);
                put(index(), 3L * OBJECTS);
                assertEquals(OBJECTS, index().load().index().size(), when);
                assertEquals(List.of(), told, when);
            }
        }
    }

    /** Replaces a few, so that all files that are spare are written over. */
    private boolean changeUntilPowerLoss(int step, boolean takesPlace) throws TeeException {
        environment.losePowerAt(step, takesPlace);
        try {
            IndexFile index = index();
            for (int i = 0; i < 4; i++) {
                put(index, OBJECTS + 9L * i);
            }
            return true;
        } catch (FakeEnvironment.PowerLoss e) {
            return false;
        } finally {
            environment.restorePower();
        }
    }

    @Test
    @DisplayName("given an index without any damage, when it is read, then nothing is told")
    void noDamage() throws TeeException {
        assertEquals(OBJECTS, index().load().index().size());
        assertEquals(List.of(), told);
    }
}
