// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.fuzz;

/** What a fuzzer chose, read as the numbers and bytes that a target asks for. Where it ends, zeros follow. */
public final class Input {

    /** Numbers at which checks of sizes, offsets and counts tend to break. */
    private static final int[] BORDERS = {
        0,
        1,
        -1,
        4,
        7,
        8,
        12,
        15,
        16,
        20,
        255,
        256,
        4088,
        4095,
        4096,
        0xffff,
        0x10000,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE
    };

    private final byte[] bytes;
    private int at;

    public Input(byte[] bytes) {
        this.bytes = bytes;
    }

    public boolean isEmpty() {
        return at >= bytes.length;
    }

    /** 0 to 255. */
    public int u8() {
        return at < bytes.length ? bytes[at++] & 0xff : 0;
    }

    /** 0 to 65535. */
    public int u16() {
        return u8() | u8() << 8;
    }

    public int i32() {
        return u16() | u16() << 16;
    }

    /** 0 to {@code bound} - 1. */
    public int below(int bound) {
        return u8() % bound;
    }

    /** True for one value of a byte in {@code most}; zeros are false. */
    public boolean oneIn(int most) {
        return u8() % most == most - 1;
    }

    /** A number: small, near a border, or any. */
    public int number() {
        int kind = u8();
        return switch (kind & 3) {
            case 0 -> kind >>> 2;
            case 1 -> BORDERS[(kind >>> 2) % BORDERS.length];
            case 2 -> u16();
            default -> i32();
        };
    }

    public byte[] bytes(int size) {
        byte[] read = new byte[size];
        int there = Math.min(size, bytes.length - at);
        System.arraycopy(bytes, at, read, 0, there);
        at += there;
        return read;
    }

    /** All that is left. */
    public byte[] rest() {
        return bytes(bytes.length - at);
    }
}
