// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

/**
 * Makes sure that an operation has stack enough for Ermine's own part of it, before it begins. A stack that ends within an
 * operation ends at any step of it, within a {@code finally} block too, and what the operation had in hand would be lost: a
 * reference, a buffer, a place in a pool, an element that is half in a table. Where the stack ends here, nothing has happened yet.
 *
 * <p>Every way into Ermine from foreign code begins with it: the calls of clients, and those of code of the secure world or of
 * handlers that call back into Ermine from deep in their own stacks. It covers the way to the next foreign code and back. What
 * foreign code does with the rest of the stack is its own affair: when its overflow comes back to Ermine, the reserve is there
 * again.
 *
 * <p>How: by calling a method with a large frame, so often that the frames together take the reserve. Its arguments are passed on
 * the stack, by the interpreter and by all compilers alike, so the frames have the same size whoever made the code.
 */
public final class StackReserve {

    /** A frame takes about 0.9 KiB. */
    private static final int FRAMES = 20;

    private static final int FEW_FRAMES = 6;

    private StackReserve() {}

    /**
     * Requires 18 KiB: for operations that hand over objects, or have to take something back.
     *
     * @throws StackOverflowError if there are less left
     */
    public static void require() {
        reserve(FRAMES);
    }

    /**
     * Requires 5 KiB: for an invocation that carries no objects, which is to be fast.
     *
     * @throws StackOverflowError if there are less left
     */
    public static void requireLittle() {
        reserve(FEW_FRAMES);
    }

    private static void reserve(int frames) {
        descend(
                frames, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    private static long descend(
            int frames,
            long a0,
            long a1,
            long a2,
            long a3,
            long a4,
            long a5,
            long a6,
            long a7,
            long a8,
            long a9,
            long a10,
            long a11,
            long a12,
            long a13,
            long a14,
            long a15,
            long a16,
            long a17,
            long a18,
            long a19,
            long a20,
            long a21,
            long a22,
            long a23,
            long a24,
            long a25,
            long a26,
            long a27,
            long a28,
            long a29,
            long a30,
            long a31,
            long a32,
            long a33,
            long a34,
            long a35,
            long a36,
            long a37,
            long a38,
            long a39,
            long a40,
            long a41,
            long a42,
            long a43,
            long a44,
            long a45,
            long a46,
            long a47,
            long a48,
            long a49,
            long a50,
            long a51,
            long a52,
            long a53,
            long a54,
            long a55,
            long a56,
            long a57,
            long a58,
            long a59) {
        return frames == 1
                ? a0
                : descend(
                                frames - 1,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0)
                        + 1;
    }
}
