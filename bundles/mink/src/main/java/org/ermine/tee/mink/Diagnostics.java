// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;

/** QTEE's {@code IDiagnostics}. */
public final class Diagnostics implements AutoCloseable {

    public static final int OP_QUERY_HEAP_INFO = 0;
    public static final int OP_QUERY_LOADED_APPS = 1;

    private static final int HEAP_INFO_SIZE = 24;

    private final TeeObject object;

    private Diagnostics(TeeObject object) {
        this.object = object;
    }

    /**
     * QTEE's heap, in bytes.
     *
     * @param total all of it
     * @param used allocated
     * @param free not allocated
     * @param overhead used by the allocator
     * @param wasted lost to alignment
     * @param largestFree the largest piece that could be allocated
     */
    public record HeapInfo(long total, long used, long free, long overhead, long wasted, long largestFree) {}

    /** Opens the service. */
    public static Diagnostics open(ClientEnv environment) throws TeeException {
        return new Diagnostics(environment.open(QteeUid.DIAGNOSTICS));
    }

    public HeapInfo queryHeapInfo() throws TeeException {
        ByteBuffer info = ByteBuffer.allocate(HEAP_INFO_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        Arguments arguments = new Arguments().out(info);
        object.invoke(OP_QUERY_HEAP_INFO, arguments);
        Replies.requireSize(arguments, 0, HEAP_INFO_SIZE);
        return new HeapInfo(
                unsigned(info, 0),
                unsigned(info, 4),
                unsigned(info, 8),
                unsigned(info, 12),
                unsigned(info, 16),
                unsigned(info, 20));
    }

    @Override
    public void close() {
        object.close();
    }

    private static long unsigned(ByteBuffer buffer, int index) {
        return Integer.toUnsignedLong(buffer.getInt(index));
    }
}
