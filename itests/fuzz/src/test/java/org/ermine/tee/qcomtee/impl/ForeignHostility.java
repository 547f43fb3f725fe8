// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import org.ermine.tee.itests.fuzz.Input;

/** What a secure world writes that keeps to no format: counts, offsets, ids, sizes, versions, in any place. */
final class ForeignHostility {

    private static final int MOST_WORDS = 6;
    /** Behind a place where something begins. */
    private static final int NEAR = 16;

    private ForeignHostility() {}

    /**
     * Overwrites some words.
     *
     * @param near where wrong words have most effect, beside the start of the buffer
     */
    static void spoil(ByteBuffer buffer, int near, ForeignWorld world) {
        Input input = world.input();
        for (int more = input.below(MOST_WORDS); more > 0; more--) {
            int words = buffer.capacity() / Integer.BYTES;
            int word = switch (input.u8() & 3) {
                case 0 -> input.u8() % NEAR;
                case 1 -> near / Integer.BYTES + input.u8() % NEAR;
                default -> input.u16();
            };
            buffer.putInt(word % words * Integer.BYTES, value(world, input));
        }
    }

    private static int value(ForeignWorld world, Input input) {
        return switch (input.u8() & 3) {
            case 0 ->
                world.books().ids().isEmpty() ? 0 : world.pick(world.books().ids());
            case 1 -> ForeignLayout.PRIMORDIAL + input.u8();
            default -> input.number();
        };
    }
}
