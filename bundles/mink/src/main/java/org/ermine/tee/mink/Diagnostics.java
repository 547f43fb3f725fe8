// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;

/** QTEE's {@code IDiagnostics}. */
public final class Diagnostics implements AutoCloseable {

    public static final int OP_QUERY_HEAP_INFO = 0;
    public static final int OP_QUERY_LOADED_APPS = 1;
    public static final int OP_QUERY_APP_REGION = 2;
    public static final int OP_QUERY_APP_INFO = 3;
    public static final int OP_QUERY_APP_DUMP = 4;

    /** Error of {@link #queryAppInfo}: no trusted application of this name is loaded. */
    public static final int ERROR_APP_NOT_FOUND = 10;

    public static final int ERROR_ARCH_NOT_SUPPORTED = 11;
    public static final int ERROR_RESTRICTED = 12;

    private static final int HEAP_INFO_SIZE = 24;
    private static final int REGION_SIZE = 24;
    private static final int APP_INFO_SIZE = 24;
    /** Room for the names of all loaded applications: more than a thousand of them. */
    private static final int NAMES_SIZE = 64 * 1024;

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

    /**
     * Memory that trusted applications are loaded into, in bytes.
     *
     * @param total all of it
     * @param free not in use
     * @param largestFree the largest contiguous piece that is not in use
     */
    public record Region(long total, long free, long largestFree) {}

    /**
     * The memory for trusted applications.
     *
     * @param first the first of the two regions that QTEE tells of
     * @param second the second one, all zero where there is none
     * @param scattered whether an application may be loaded into pieces that are not contiguous
     */
    public record AppRegions(Region first, Region second, boolean scattered) {}

    /**
     * A trusted application that is loaded.
     *
     * @param status what it does: 1 for idle, 2 for aborted, 3 for blocked; QTEE may have further ones
     * @param userStackSize bytes of its stack
     * @param kernelStackSize bytes of the stack that QTEE's kernel has for it
     * @param acceptBufferSize the longest message that it accepts, in bytes
     * @param memorySize bytes of memory that it takes
     */
    public record AppInfo(
            int status, long userStackSize, long kernelStackSize, long acceptBufferSize, long memorySize) {

        public static final int IDLE = 1;
        public static final int ABORTED = 2;
        public static final int BLOCKED = 3;
    }

    /** Opens the service. */
    public static Diagnostics open(ClientEnv environment) throws TeeException {
        return new Diagnostics(environment.open(QteeUid.DIAGNOSTICS));
    }

    public HeapInfo queryHeapInfo() throws TeeException {
        ByteBuffer info = room(HEAP_INFO_SIZE);
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

    /** The names of the trusted applications that are loaded. */
    public List<String> queryLoadedApps() throws TeeException {
        byte[] names = new byte[NAMES_SIZE];
        Arguments arguments = new Arguments().out(names);
        object.invoke(OP_QUERY_LOADED_APPS, arguments);
        String text = new String(names, 0, arguments.size(0), StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        if (end >= 0) {
            text = text.substring(0, end);
        }
        return text.isEmpty() ? List.of() : List.of(text.split("\n"));
    }

    public AppRegions queryAppRegion() throws TeeException {
        ByteBuffer first = room(REGION_SIZE);
        ByteBuffer second = room(REGION_SIZE);
        ByteBuffer scattered = room(Integer.BYTES);
        Arguments arguments = new Arguments().out(first).out(second).out(scattered);
        object.invoke(OP_QUERY_APP_REGION, arguments);
        Replies.requireSize(arguments, 0, REGION_SIZE);
        Replies.requireSize(arguments, 1, REGION_SIZE);
        Replies.requireSize(arguments, 2, Integer.BYTES);
        return new AppRegions(region(first), region(second), scattered.getInt(0) != 0);
    }

    private static Region region(ByteBuffer region) {
        return new Region(region.getLong(0), region.getLong(8), region.getLong(16));
    }

    /**
     * Tells of one trusted application.
     *
     * @throws TeeException with {@link #ERROR_APP_NOT_FOUND} if none of this name is loaded
     */
    public AppInfo queryAppInfo(String name) throws TeeException {
        ByteBuffer info = room(APP_INFO_SIZE);
        Arguments arguments =
                new Arguments().in(name.getBytes(StandardCharsets.UTF_8)).out(info);
        object.invoke(OP_QUERY_APP_INFO, arguments);
        Replies.requireSize(arguments, 1, APP_INFO_SIZE);
        return new AppInfo(info.getInt(0), unsigned(info, 4), unsigned(info, 8), unsigned(info, 12), info.getLong(16));
    }

    @Override
    public void close() {
        object.close();
    }

    private static ByteBuffer room(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long unsigned(ByteBuffer buffer, int index) {
        return Integer.toUnsignedLong(buffer.getInt(index));
    }
}
