// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds the listener's messages byte by byte, from the format and not from the code under test. */
public final class Message {

    private static final int SIZE = 516_096;

    final ByteBuffer bytes = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.LITTLE_ENDIAN);

    private Message(int command) {
        bytes.putInt(0, command);
    }

    static Message read(int command, String name, int offset, int count) {
        Message message = new Message(command).name(4, name);
        message.bytes.putInt(260, offset).putInt(264, count);
        return message;
    }

    static Message write(int command, String name, int offset, byte[] data, int backup) {
        Message message = new Message(command).name(4, name);
        message.bytes.putInt(260, offset).putInt(264, data.length).putInt(268, backup);
        message.bytes.put(272, data, 0, Math.min(data.length, 512_000));
        return message;
    }

    static Message remove(int command, String name) {
        return new Message(command).name(4, name);
    }

    static Message rename(int command, String from, String to) {
        return new Message(command).name(4, from).name(260, to);
    }

    static Message of(int command) {
        return new Message(command);
    }

    Message name(int at, String name) {
        return raw(at, (name + "\0").getBytes(StandardCharsets.UTF_8));
    }

    Message raw(int at, byte[] data) {
        bytes.put(at, data, 0, Math.min(256, data.length));
        return this;
    }

    Message count(int count) {
        bytes.putInt(264, count);
        return this;
    }

    Message sentTo(FileHandler handler) {
        handler.handle(bytes);
        return this;
    }

    int error() {
        return bytes.getInt(4);
    }

    int count() {
        return bytes.getInt(8);
    }

    byte[] content() {
        byte[] content = new byte[count()];
        bytes.get(12, content);
        return content;
    }

    public static byte[] bytes(int size, int seed) {
        byte[] data = new byte[size];
        for (int i = 0; i < size; i++) {
            data[i] = (byte) (i * 31 + seed);
        }
        return data;
    }
}
