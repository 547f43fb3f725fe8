// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.message;

import static org.ermine.tee.qtee.emulator.message.TransportFormat.ARGUMENT_SIZE;
import static org.ermine.tee.qtee.emulator.message.TransportFormat.MAX_OF_A_KIND;

import java.util.Arrays;
import org.ermine.tee.ArgumentAccess;
import org.ermine.tee.Arguments;
import org.ermine.tee.Arguments.Kind;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;

/**
 * Where the arguments of a callback request stand in its message: grouped by kind, in the order of {@link Kind}. Used
 * again for one request after the other.
 */
public final class CallbackLayout {

    static final int HEADER_SIZE = 16;

    private static final Kind[] KINDS = Kind.values();

    private final int[] counts = new int[KINDS.length];
    /** For each argument its index among those of the caller; {@link TransportFormat#MAX_OF_A_KIND} for each kind. */
    private final int[] indexes = new int[KINDS.length * MAX_OF_A_KIND];
    /** Where the bytes of the buffers stand, in the order of {@code indexes}. */
    private final int[] offsets = new int[2 * MAX_OF_A_KIND];

    private final int[] sizes = new int[2 * MAX_OF_A_KIND];

    /**
     * Lays out the arguments.
     *
     * @param limit bytes that the message may have
     * @return bytes that it has
     * @throws TeeException MAXARGS, MAXDATA
     */
    public int layOut(Arguments arguments, int limit) throws TeeException {
        group(arguments);
        long end = HEADER_SIZE + (long) ARGUMENT_SIZE * arguments.count();
        for (int i = 0; i < counts[0] + counts[1]; i++) {
            int buffer = i < counts[0] ? i : MAX_OF_A_KIND + i - counts[0];
            offsets[buffer] = (int) Math.min(end, limit);
            sizes[buffer] = ArgumentAccess.capacity(arguments, indexes[buffer]);
            end += TransportFormat.aligned((long) sizes[buffer]);
        }
        if (end > limit) {
            throw new TeeException(
                    TeeResult.MAXDATA, "the arguments take " + end + " bytes, a callback message has " + limit);
        }
        return (int) end;
    }

    public int count(Kind kind) {
        return counts[kind.ordinal()];
    }

    /** The counts as the header has them. */
    public int wireCounts() {
        return TransportFormat.counts(counts[0], counts[1], counts[2], counts[3]);
    }

    /** Which of the caller's arguments is the {@code i}th of a kind. */
    public int index(Kind kind, int i) {
        return indexes[kind.ordinal() * MAX_OF_A_KIND + i];
    }

    /** Where the argument itself stands, from the start of the message. */
    public int position(Kind kind, int i) {
        int before = 0;
        for (int k = 0; k < kind.ordinal(); k++) {
            before += counts[k];
        }
        return HEADER_SIZE + (before + i) * ARGUMENT_SIZE;
    }

    /** Where the bytes of a buffer stand, from the start of the message. */
    public int offset(Kind kind, int i) {
        return offsets[kind.ordinal() * MAX_OF_A_KIND + i];
    }

    /** The size of a buffer, as sent. */
    public int size(Kind kind, int i) {
        return sizes[kind.ordinal() * MAX_OF_A_KIND + i];
    }

    private void group(Arguments arguments) throws TeeException {
        Arrays.fill(counts, 0);
        for (int i = 0; i < arguments.count(); i++) {
            int kind = arguments.kind(i).ordinal();
            if (counts[kind] == MAX_OF_A_KIND) {
                throw new TeeException(
                        TeeResult.MAXARGS,
                        "argument " + i + ": more than " + MAX_OF_A_KIND + " of kind " + KINDS[kind]);
            }
            indexes[kind * MAX_OF_A_KIND + counts[kind]++] = i;
        }
    }
}
