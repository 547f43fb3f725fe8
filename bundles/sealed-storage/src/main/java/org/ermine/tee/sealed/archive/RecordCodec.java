// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The records of an archive. Stateless. */
final class RecordCodec {

    private static final byte END = 0;
    private static final byte OBJECT = 1;

    private static final byte DRAWER = 1;
    private static final byte NAME = 2;
    private static final byte CREATED = 3;
    private static final byte DESCRIPTION = 4;
    private static final byte ASSOCIATION = 5;

    private static final int FIELD_HEAD = 1 + Integer.BYTES;
    /** More than all fields of an object have. */
    private static final int MOST_FIELDS = 64 * 1024;

    private RecordCodec() {}

    static void writeObject(ArchiveOutput output, ArchivedObject object) throws IOException {
        byte[] drawer = object.drawer().getBytes(StandardCharsets.UTF_8);
        byte[] name = object.name().getBytes(StandardCharsets.UTF_8);
        int fields = 3 * FIELD_HEAD
                + drawer.length
                + name.length
                + Long.BYTES
                + optionalSize(object.description())
                + optionalSize(object.association());
        ByteBuffer record = ByteBuffer.allocate(1 + Integer.BYTES + fields + Long.BYTES);
        record.put(OBJECT).putInt(fields);
        put(record, DRAWER, drawer);
        put(record, NAME, name);
        record.put(CREATED).putInt(Long.BYTES).putLong(object.created().toEpochMilli());
        putOptional(record, DESCRIPTION, object.description());
        putOptional(record, ASSOCIATION, object.association());
        record.putLong(object.size());
        output.write(record.array(), 0, record.capacity());
    }

    private static int optionalSize(byte[] value) {
        return value.length == 0 ? 0 : FIELD_HEAD + value.length;
    }

    private static void putOptional(ByteBuffer record, byte tag, byte[] value) {
        if (value.length > 0) {
            put(record, tag, value);
        }
    }

    private static void put(ByteBuffer record, byte tag, byte[] value) {
        record.put(tag).putInt(value.length).put(value);
    }

    static void writeEnd(ArchiveOutput output, long objects) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(1 + Long.BYTES).put(END).putLong(objects);
        output.write(record.array(), 0, record.capacity());
    }

    /**
     * Reads a record.
     *
     * @param before how many objects there were
     * @return null at the end
     */
    static ArchivedObject read(ArchiveInput input, long before) throws IOException {
        byte kind = bytes(input, 1).get();
        if (kind == END) {
            long objects = bytes(input, Long.BYTES).getLong();
            input.requireEnd();
            if (objects != before) {
                throw new ArchiveException("has " + before + " objects and says " + objects);
            }
            return null;
        }
        if (kind != OBJECT) {
            throw new ArchiveException("has a record of kind " + kind + ", which this version does not know");
        }
        int size = bytes(input, Integer.BYTES).getInt();
        if (size < 0 || size > MOST_FIELDS) {
            throw new ArchiveException("has a record with " + Integer.toUnsignedString(size) + " bytes of fields");
        }
        Map<Byte, ByteBuffer> fields = fields(bytes(input, size));
        return object(fields, bytes(input, Long.BYTES).getLong());
    }

    private static Map<Byte, ByteBuffer> fields(ByteBuffer bytes) throws ArchiveException {
        Map<Byte, ByteBuffer> fields = new HashMap<>();
        while (bytes.hasRemaining()) {
            if (bytes.remaining() < FIELD_HEAD) {
                throw new ArchiveException("has a field that ends in its head");
            }
            byte tag = bytes.get();
            int size = bytes.getInt();
            if (size < 0 || size > bytes.remaining()) {
                throw new ArchiveException("has a field " + tag + " that ends behind its record");
            }
            if (tag < DRAWER || tag > ASSOCIATION || fields.containsKey(tag)) {
                throw new ArchiveException("has a field " + tag + " twice, or one that this version does not know");
            }
            fields.put(tag, bytes.slice(bytes.position(), size));
            bytes.position(bytes.position() + size);
        }
        return fields;
    }

    private static ArchivedObject object(Map<Byte, ByteBuffer> fields, long size) throws ArchiveException {
        ByteBuffer created = fields.get(CREATED);
        if (created == null || created.remaining() != Long.BYTES || size < 0) {
            throw new ArchiveException("has an object without a time, or with an impossible size");
        }
        return new ArchivedObject(
                text(fields.get(DRAWER)),
                text(fields.get(NAME)),
                size,
                Instant.ofEpochMilli(created.getLong()),
                value(fields.get(DESCRIPTION)),
                value(fields.get(ASSOCIATION)));
    }

    private static String text(ByteBuffer value) throws ArchiveException {
        if (value == null || !value.hasRemaining()) {
            throw new ArchiveException("has an object without a drawer or a name");
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(value).toString();
        } catch (CharacterCodingException e) {
            throw new ArchiveException("has a name that is not UTF-8");
        }
    }

    private static byte[] value(ByteBuffer value) {
        byte[] bytes = new byte[value == null ? 0 : value.remaining()];
        if (value != null) {
            value.get(bytes);
        }
        return bytes;
    }

    private static ByteBuffer bytes(ArchiveInput input, int size) throws IOException {
        byte[] bytes = new byte[size];
        input.read(bytes, 0, size);
        return ByteBuffer.wrap(bytes);
    }
}
