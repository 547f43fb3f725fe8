// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.example;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import org.ermine.tee.sealed.SealedOutputStream;
import org.ermine.tee.sealed.SealedStorage;
import org.osgi.service.component.annotations.Reference;

/** What a bundle does in the page for users of sealed storage. */
public final class Secrets {

    /** What is written by stream. */
    public static final byte[] WRITTEN = {7, 8, 9};

    private final ByteBuffer buffer = ByteBuffer.allocate(1);
    private byte[] used;
    private byte[] parsed;

    public Secrets(SealedStorage storage) {
        this.storage = storage;
    }

    @Reference
    private SealedStorage storage;

    void example(byte[] secret, Path folder) throws IOException {
        storage.seal("key", secret); // a small secret from memory
        byte[] key = storage.read("key"); // and back
        try {
            use(key);
        } finally {
            Arrays.fill(key, (byte) 0); // the array is yours: wipe it
        }

        storage.seal("map", folder.resolve("map.bin")); // a file
        storage.unseal("map", folder.resolve("copy.bin")); // and back

        try (InputStream in = storage.open("map")) { // or by stream
            parse(in);
        }
        try (SeekableByteChannel map = storage.openChannel("map")) {
            map.position(1_000_000).read(buffer); // or at any position
        }
        try (SealedOutputStream out = storage.create("map")) {
            write(out);
            out.commit(); // without it nothing changes
        }
    }

    /** @param folder has a file {@code map.bin} of more than a million bytes */
    public void sealAndUnseal(byte[] secret, Path folder) throws IOException {
        example(secret, folder);
    }

    private void use(byte[] key) {
        used = key.clone();
    }

    private void parse(InputStream in) throws IOException {
        parsed = in.readAllBytes();
    }

    private static void write(OutputStream out) throws IOException {
        out.write(WRITTEN);
    }

    public byte[] used() {
        return used;
    }

    public byte[] parsed() {
        return parsed;
    }

    /** What stands at position 1,000,000. */
    public byte readThere() {
        return buffer.get(0);
    }

    public void useDrawers(byte[] picture) throws IOException {
        storage.drawer("photos").seal("cat", picture); // a shared one
        storage.takeFrom("common", "key"); // from a shared one into one's own, in one step
    }

    /** @return what was read */
    public byte[] bind(byte[] account, byte[] pin) throws IOException {
        storage.boundTo(account).seal("pin", pin);
        byte[] read = storage.boundTo(account).read("pin"); // NOT_PERMITTED with any other
        return read;
    }
}
