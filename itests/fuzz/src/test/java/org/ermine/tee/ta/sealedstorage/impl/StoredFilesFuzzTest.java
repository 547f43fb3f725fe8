// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.fuzz.Input;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.blocks.DamageException;
import org.ermine.tee.ta.sealedstorage.former.FormerIndex;
import org.ermine.tee.ta.sealedstorage.tree.IndexLeaf;
import org.ermine.tee.ta.sealedstorage.tree.IndexNode;
import org.ermine.tee.ta.sealedstorage.tree.NodeCodec;
import org.ermine.tee.ta.sealedstorage.tree.NodeRef;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;

/** Sealed files that somebody changed. */
class StoredFilesFuzzTest {

    private static final String DEVICE = "device";
    private static final int MOST_CHANGES = 4;
    private static final int HEADER = 80;
    private static final int DIGEST = 72;
    private static final Map<String, byte[]> CONTENTS = new TreeMap<>();

    /** The files of before the last commits, and of now. */
    private static Map<String, byte[]> past;

    private static Map<String, byte[]> present;
    private static Map<String, Long> counters;

    @BeforeAll
    static void seal() throws TeeException {
        MemoryFileStorage storage = new MemoryFileStorage();
        FakeEnvironment environment = new FakeEnvironment(DEVICE, storage);
        TestClient client = TestClient.start(environment);
        client.seal("x", Contents.random(1, 90));
        client.seal("y", Contents.random(2, 90));
        past = storage.snapshot();
        CONTENTS.put("x", Contents.random(3, 90));
        CONTENTS.put("y", Contents.random(4, 40));
        client.seal("x", CONTENTS.get("x"));
        client.seal("y", CONTENTS.get("y"));
        present = storage.snapshot();
        counters = Map.copyOf(environment.counters());
    }

    @FuzzTest
    @DisplayName(
            "stored files with any change yield the present content of an object or an error of the protocol, never "
                    + "other content")
    void storedFiles(byte[] bytes) {
        Input input = new Input(bytes);
        if (input.oneIn(8)) {
            decodeIndex(input.rest());
            return;
        }
        MemoryFileStorage storage = new MemoryFileStorage();
        storage.restore(present);
        for (int i = 0; i < MOST_CHANGES && !input.isEmpty(); i++) {
            change(storage.files(), input);
        }
        FakeEnvironment environment = new FakeEnvironment(DEVICE, storage);
        environment.counters().putAll(counters);
        CONTENTS.forEach((name, content) -> unseal(environment, name, content));
    }

    private static void unseal(FakeEnvironment environment, String name, byte[] content) {
        try {
            byte[] read = TestClient.start(environment).unseal(name);
            if (!Arrays.equals(read, content)) {
                throw new AssertionError("object " + name + " has other content than was sealed last");
            }
        } catch (TeeException e) {
            int code = e.result().code();
            if (code < SealedStorageProtocol.ERROR_NOT_FOUND || code > SealedStorageProtocol.ERROR_NEWER_VERSION) {
                throw new AssertionError("object " + name + ": " + e.result(), e);
            }
        }
    }

    private static void decodeIndex(byte[] bytes) {
        try {
            NodeCodec.decodeRoot(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), StoredFilesFuzzTest::emptyLeaf);
            FormerIndex.decode(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        } catch (DamageException e) {
            // Cuts the file off, or gives it another format.
        } catch (TeeException e) {
            throw new AssertionError(e);
        }
    }

    private static IndexNode emptyLeaf(NodeRef ref) {
        return new IndexLeaf(ref, new TreeMap<>());
    }

    private static void change(Map<String, byte[]> files, Input input) {
        List<String> names = List.copyOf(present.keySet());
        String name = names.get(input.below(names.size()));
        byte[] content = files.getOrDefault(name, new byte[0]).clone();
        switch (input.below(7)) {
            case 0 -> files.put(name, flipped(content, input));
            case 1 -> files.put(name, Arrays.copyOf(content, Math.min(content.length, input.u16())));
            case 2 -> files.put(name, Arrays.copyOf(content, content.length + input.u16()));
            case 3 -> files.put(name, present.get(names.get(input.below(names.size()))));
            case 4 -> files.put(name, any(past, input));
            case 5 -> files.put(name, withHeader(content, input));
            default -> files.put(name, spliced(content, any(input.oneIn(2) ? past : present, input), input));
        }
    }

    private static byte[] any(Map<String, byte[]> files, Input input) {
        List<byte[]> contents = List.copyOf(files.values());
        return contents.get(input.below(contents.size())).clone();
    }

    private static byte[] flipped(byte[] content, Input input) {
        if (content.length > 0) {
            content[input.u16() % content.length] ^= (byte) Math.max(1, input.u8());
        }
        return content;
    }

    /** Changes some bytes of a header, and makes its digest right. */
    private static byte[] withHeader(byte[] content, Input input) {
        if (content.length >= HEADER) {
            for (int more = 1 + input.below(4); more > 0; more--) {
                content[input.u8() % DIGEST] = (byte) input.u8();
            }
            System.arraycopy(sha256(content), 0, content, DIGEST, HEADER - DIGEST);
        }
        return content;
    }

    private static byte[] sha256(byte[] content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(content, 0, DIGEST);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Puts a part of one file into another, for example a chunk in the place of another. */
    private static byte[] spliced(byte[] content, byte[] other, Input input) {
        int chunk = Block.storedSize(TestClient.CHUNK_SIZE);
        boolean whole = !input.oneIn(4);
        int from = whole ? input.below(3) * chunk : input.u16();
        int to = whole ? input.below(3) * chunk : input.u16();
        int length = whole ? chunk : input.u8();
        int there = Math.min(length, Math.min(other.length - from, content.length - to));
        if (there > 0) {
            System.arraycopy(other, from, content, to, there);
        }
        return content;
    }
}
