// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ermine.tee.TeeException;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;

/**
 * Writes golden stores of the present format: once for each format, before it is changed. Argument: a folder that does
 * not exist.
 */
final class GoldenStoreWriter {

    private final Path folder;

    private GoldenStoreWriter(Path folder) {
        this.folder = folder;
    }

    /** What is done to a store before it is kept. */
    @FunctionalInterface
    private interface Making {
        void run(FakeEnvironment environment) throws TeeException;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        if (Files.exists(folder)) {
            throw new IllegalArgumentException(folder + " is there already; golden stores are not written anew");
        }
        new GoldenStoreWriter(folder).writeAll();
    }

    private void writeAll() throws Exception {
        write("objects", environment -> sealObjects(TestClient.ofFormer(environment)));
        write("emptied", environment -> {
            TestClient client = TestClient.ofFormer(environment);
            sealObjects(client);
            for (String name : objects().keySet()) {
                client.remove(name);
            }
        });
        write("unfinished", environment -> {
            TestClient client = TestClient.ofFormer(environment);
            sealObjects(client);
            TrustedObject unfinished = client.create("unfinished");
            TestClient.write(unfinished, Contents.random(9, 5 * TestClient.CHUNK_SIZE));
            client.seal("beside", Contents.random(10, 5));
        });
        write("drawers", environment -> {
            TestClient client = TestClient.start(environment);
            for (TrustedClient each : CLIENTS) {
                environment.client(each);
                client.seal("key", Contents.random((int) each.uid(), 70));
                sealWithAttributes(client, each);
            }
            client.in("common").seal("key", new byte[] {9});
        });
        writeInterrupted();
    }

    /** Those who have a drawer of their own in the store of drawers. */
    static final List<TrustedClient> CLIENTS =
            List.of(new TrustedClient(7, "com.example.wallet"), new TrustedClient(8, ""), new TrustedClient(9, "żółw"));

    /** An object that is described by, and bound to, the name of its client. */
    private static void sealWithAttributes(TestClient client, TrustedClient owner) throws TeeException {
        byte[] name = TestClient.utf8("client " + owner.packageName());
        TrustedObject writer = client.create("attributes");
        writer.invoke(SealedStorageProtocol.WRITER_DESCRIBE, new DirectArguments().in(name));
        writer.invoke(SealedStorageProtocol.WRITER_BIND, new DirectArguments().in(name));
        TestClient.write(writer, name);
        TestClient.commit(writer);
        writer.released();
    }

    /**
     * What a power loss leaves at each change of files and counters while an object is replaced; reading changes
     * nothing.
     */
    private void writeInterrupted() throws Exception {
        String before = "";
        int steps = 0;
        boolean complete = false;
        while (!complete) {
            steps++;
            MemoryFileStorage storage = new MemoryFileStorage();
            FakeEnvironment environment = new FakeEnvironment(GoldenStore.DEVICE, storage);
            sealObjects(TestClient.ofFormer(environment));
            complete = replace(environment, steps);
            String shape = shape(environment, storage);
            if (!complete && !shape.equals(before)) {
                GoldenStore.write(folder.resolve("interrupted-" + steps + ".store"), environment, storage);
            }
            before = shape;
        }
    }

    /** Returns false if power went. */
    private static boolean replace(FakeEnvironment environment, int step) throws TeeException {
        environment.losePowerAt(step, true);
        try {
            TestClient.ofFormer(environment).seal("replaced", REPLACEMENT);
            return true;
        } catch (FakeEnvironment.PowerLoss e) {
            return false;
        } finally {
            environment.restorePower();
        }
    }

    private static String shape(FakeEnvironment environment, MemoryFileStorage storage) {
        Map<String, Integer> sizes = new TreeMap<>();
        storage.files().forEach((name, content) -> sizes.put(name, content.length));
        return new TreeMap<>(environment.counters()) + " " + sizes;
    }

    static final byte[] REPLACEMENT = Contents.random(8, 4 * TestClient.CHUNK_SIZE + 3);

    /** What the golden stores hold. */
    static Map<String, byte[]> objects() {
        Map<String, byte[]> objects = new TreeMap<>();
        objects.put("empty", new byte[0]);
        objects.put("one byte", new byte[] {7});
        objects.put("one chunk", Contents.random(1, TestClient.CHUNK_SIZE));
        objects.put("three segments", Contents.random(2, 5 * TestClient.CHUNK_SIZE + 7));
        objects.put("żółw 🐢", Contents.random(3, 40));
        objects.put("n".repeat(255), Contents.random(4, 41));
        objects.put("replaced", Contents.random(6, 3 * TestClient.CHUNK_SIZE));
        return objects;
    }

    private static void sealObjects(TestClient client) throws TeeException {
        client.seal("replaced", Contents.random(5, TestClient.CHUNK_SIZE));
        client.seal("removed", Contents.random(7, TestClient.CHUNK_SIZE));
        for (Map.Entry<String, byte[]> each : objects().entrySet()) {
            client.seal(each.getKey(), each.getValue());
        }
        client.remove("removed");
    }

    private void write(String name, Making making) throws TeeException, IOException {
        MemoryFileStorage storage = new MemoryFileStorage();
        FakeEnvironment environment = new FakeEnvironment(GoldenStore.DEVICE, storage);
        making.run(environment);
        environment.restorePower();
        GoldenStore.write(folder.resolve(name + ".store"), environment, storage);
    }
}
