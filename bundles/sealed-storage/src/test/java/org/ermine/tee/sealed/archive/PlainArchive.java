// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** Archives as whoever has only the documented format, and Java's own cryptography, reads and writes them. */
public final class PlainArchive {

    private static final int HEADER = 36;
    private static final int TAG = 16;
    private static final int ASSOCIATION = 5;

    private PlainArchive() {}

    /** The content of each object by drawer, a slash, and name. */
    public static Map<String, byte[]> read(byte[] archive, String passphrase) throws IOException {
        return objects(content(archive, passphrase));
    }

    /** The content before it is encrypted. */
    static byte[] content(byte[] archive, String passphrase) {
        ByteBuffer header = ByteBuffer.wrap(archive);
        if (!new String(archive, 0, 8, StandardCharsets.US_ASCII).equals("ERMINEBK")
                || header.getInt(8) != 0x01010100) {
            throw new AssertionError("not the header of the documented format");
        }
        byte[] salt = Arrays.copyOfRange(archive, 16, 32);
        SecretKeySpec key = key(passphrase, salt, header.getInt(12));
        int segment = header.getInt(32) + TAG;
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        int at = HEADER;
        for (long number = 0; at < archive.length; number++) {
            int end = Math.min(archive.length, at + segment);
            byte[] aad = Arrays.copyOf(archive, HEADER);
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, number, end == archive.length, aad);
            content.writeBytes(apply(cipher, archive, at, end - at));
            at = end;
        }
        return content.toByteArray();
    }

    /** Those that only a client can read that tells the same associated data. */
    public static Set<String> bound(byte[] archive, String passphrase) throws IOException {
        return records(content(archive, passphrase)).stream()
                .filter(record -> record.fields.getOrDefault(ASSOCIATION, new byte[0]).length > 0)
                .map(Record::place)
                .collect(Collectors.toSet());
    }

    /** The content of the encrypted part. */
    public static Map<String, byte[]> objects(byte[] content) throws IOException {
        Map<String, byte[]> objects = new TreeMap<>();
        records(content).forEach(record -> objects.put(record.place(), record.content));
        return objects;
    }

    private static List<Record> records(byte[] content) throws IOException {
        List<Record> records = new ArrayList<>();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
        while (in.readByte() == 1) {
            DataInputStream field = new DataInputStream(new ByteArrayInputStream(in.readNBytes(in.readInt())));
            Map<Integer, byte[]> fields = new TreeMap<>();
            while (field.available() > 0) {
                int tag = field.readByte();
                fields.put(tag, field.readNBytes(field.readInt()));
            }
            records.add(new Record(fields, in.readNBytes((int) in.readLong())));
        }
        if (in.readLong() != records.size() || in.available() > 0) {
            throw new AssertionError("not the end of the documented format");
        }
        return records;
    }

    private record Record(Map<Integer, byte[]> fields, byte[] content) {

        /** The drawer, a slash, and the name. */
        String place() {
            return new String(fields.get(1), StandardCharsets.UTF_8) + "/"
                    + new String(fields.get(2), StandardCharsets.UTF_8);
        }
    }

    /** An archive with that content, in segments of 1,024 bytes. */
    public static byte[] write(byte[] content, String passphrase, int iterations) {
        int size = 1024;
        byte[] salt = Arrays.copyOf("a salt of a test".getBytes(StandardCharsets.US_ASCII), 16);
        byte[] header = ByteBuffer.allocate(HEADER)
                .put("ERMINEBK".getBytes(StandardCharsets.US_ASCII))
                .putInt(0x01010100)
                .putInt(iterations)
                .put(salt)
                .putInt(size)
                .array();
        SecretKeySpec key = key(passphrase, salt, iterations);
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        archive.writeBytes(header);
        int at = 0;
        long number = 0;
        do {
            int end = Math.min(content.length, at + size);
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, number, end == content.length, header);
            archive.writeBytes(apply(cipher, content, at, end - at));
            at = end;
            number++;
        } while (at < content.length);
        return archive.toByteArray();
    }

    /** The record of an object. */
    public static byte[] object(String drawer, String name, byte[] content) {
        byte[] fields = concat(
                field(1, drawer.getBytes(StandardCharsets.UTF_8)),
                field(2, name.getBytes(StandardCharsets.UTF_8)),
                field(3, ByteBuffer.allocate(8).putLong(1_000_000_000_000L).array()));
        return record(fields, content.length, content);
    }

    public static byte[] field(int tag, byte[] value) {
        return data(out -> {
            out.writeByte(tag);
            out.writeInt(value.length);
            out.write(value);
        });
    }

    public static byte[] record(byte[] fields, long size, byte[] content) {
        return data(out -> {
            out.writeByte(1);
            out.writeInt(fields.length);
            out.write(fields);
            out.writeLong(size);
            out.write(content);
        });
    }

    public static byte[] end(long objects) {
        return data(out -> {
            out.writeByte(0);
            out.writeLong(objects);
        });
    }

    public static byte[] of(String passphrase, byte[]... objects) {
        return write(concat(concat(objects), end(objects.length)), passphrase, 1000);
    }

    public static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] data(Writing writing) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            writing.to(new DataOutputStream(bytes));
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static SecretKeySpec key(String passphrase, byte[] salt, int iterations) {
        try {
            return new SecretKeySpec(
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(new PBEKeySpec(passphrase.toCharArray(), salt, iterations, 256))
                            .getEncoded(),
                    "AES");
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static Cipher cipher(int mode, SecretKeySpec key, long number, boolean last, byte[] header) {
        byte[] nonce = ByteBuffer.allocate(12)
                .put(new byte[3])
                .putLong(number)
                .put((byte) (last ? 1 : 0))
                .array();
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(128, nonce));
            cipher.updateAAD(header);
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] apply(Cipher cipher, byte[] data, int from, int count) {
        try {
            return cipher.doFinal(data, from, count);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("not what the documented format says", e);
        }
    }
}
