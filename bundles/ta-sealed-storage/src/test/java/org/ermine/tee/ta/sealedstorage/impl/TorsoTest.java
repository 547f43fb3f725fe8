// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.files.StoredFile;
import org.ermine.tee.ta.sealedstorage.generations.Generations;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What was being sealed when a process was killed goes when the store is used again, be it only read. */
@Timeout(60)
class TorsoTest {

    private static final int ERROR_READ_ONLY = 30;
    private static final byte[] CONTENT = Contents.random(1, 9 * TestClient.CHUNK_SIZE);

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", this::count);
    private int segmentsAskedFor;

    private void count(ByteBuffer message) throws TeeException {
        byte[] name = new byte[StorageMessage.NAME_SIZE];
        message.get(StorageMessage.NAME_OFFSET, name);
        if (new String(name, StandardCharsets.US_ASCII).startsWith(StoredFile.PREFIX + "0")) {
            segmentsAskedFor++;
        }
        storage.handle(message);
    }

    /** A writer that has stored chunks. */
    private static TrustedObject unfinished(TestClient client, String name) throws TeeException {
        TrustedObject writer = client.create(name);
        TestClient.write(writer, CONTENT);
        TestClient.store(writer);
        return writer;
    }

    private Set<String> sealAndKill(TestClient client) throws TeeException {
        client.seal("kept", CONTENT);
        Set<String> kept = storage.segments();
        client.create("nothing is written of this one");
        unfinished(client, "killed");
        unfinished(client, "kept");
        assertEquals(3 * kept.size() - 2, storage.segments().size(), "what is killed has all segments but the last");
        return kept;
    }

    @Test
    @DisplayName("given seals that were killed when the store is read for the first time then nothing is left of them")
    void givenSealsThatWereKilledThenTheFirstReadRemovesThem() throws TeeException {
        Set<String> kept = sealAndKill(TestClient.start(environment));
        TestClient restarted = TestClient.start(environment);
        assertEquals(Map.of("kept", (long) CONTENT.length), restarted.list());
        assertEquals(kept, storage.segments());
        assertArrayEquals(CONTENT, restarted.unseal("kept"));
    }

    @Test
    @DisplayName("given the very first seal that was killed when the store is read then nothing is left of it")
    void givenTheFirstSealThatWasKilledThenNothingIsLeft() throws TeeException {
        unfinished(TestClient.start(environment), "first");
        assertEquals(Map.of(), TestClient.start(environment).list());
        assertEquals(Set.of(), storage.segments());
    }

    @Test
    @DisplayName(
            "given a storage that can only be read when the store is read then it is, and what was killed goes later")
    void givenAStorageThatCanOnlyBeReadThenItIsRead() throws TeeException {
        Set<String> kept = sealAndKill(TestClient.start(environment));
        TestClient restarted = TestClient.start(environment);
        storage.failRemovals(ERROR_READ_ONLY);
        assertArrayEquals(CONTENT, restarted.unseal("kept"));
        storage.failRemovals(0);
        restarted.seal("new", new byte[1]);
        restarted.remove("new");
        assertEquals(kept, storage.segments());
    }

    @Test
    @DisplayName("given what others are writing when the store is read then it stays, and is sealed")
    void givenLivingWritersThenTheirFilesStay() throws TeeException {
        sealAndKill(TestClient.start(environment));
        TestClient client = TestClient.start(environment);
        TrustedObject writer = unfinished(client, "living");
        Set<String> before = storage.segments();
        client.in("").list();
        client.unseal("kept");
        assertEquals(before, storage.segments());
        TestClient.commit(writer);
        writer.released();
        assertArrayEquals(CONTENT, client.unseal("living"));
        assertArrayEquals(CONTENT, TestClient.start(environment).unseal("living"));
    }

    @Test
    @DisplayName("given a run that has used the store then it does not look for what was killed again")
    void givenARunThatHasLookedThenItDoesNotLookAgain() throws TeeException {
        sealAndKill(TestClient.start(environment));
        TestClient.start(environment).list();
        segmentsAskedFor = 0;
        TestClient restarted = TestClient.start(environment);
        restarted.list();
        assertEquals(Generations.AHEAD, segmentsAskedFor, "one look for each generation that may be left");
        restarted.list();
        assertEquals(Generations.AHEAD, segmentsAskedFor);
        assertArrayEquals(CONTENT, restarted.unseal("kept"));
        assertEquals(Generations.AHEAD + 9, segmentsAskedFor, "and one for each chunk");
    }
}
