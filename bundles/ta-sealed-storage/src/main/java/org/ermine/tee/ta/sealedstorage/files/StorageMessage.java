// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.files;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A message of GlobalPlatform file storage in private memory, used again and again. Not thread safe: whoever holds it
 * alone uses it.
 *
 * <pre>
 * request:   u32 command, name (256), then for read and write u32 offset, u32 count, for write u32 backup,
 *            data (512000)
 * answer:    u32 command, i32 error, for read and write u32 count, for read data (512000)
 * </pre>
 */
public final class StorageMessage {

    public static final int DATA_SIZE = 512_000;
    public static final int NAME_OFFSET = 4;
    public static final int NAME_SIZE = 256;
    public static final int OFFSET_OFFSET = NAME_OFFSET + NAME_SIZE;
    public static final int COUNT_OFFSET = OFFSET_OFFSET + 4;
    static final int BACKUP_OFFSET = COUNT_OFFSET + 4;
    public static final int WRITE_DATA_OFFSET = BACKUP_OFFSET + 4;

    public static final int ANSWER_ERROR_OFFSET = 4;
    public static final int ANSWER_COUNT_OFFSET = 8;
    public static final int ANSWER_DATA_OFFSET = 12;

    private final ByteBuffer bytes =
            ByteBuffer.allocate(WRITE_DATA_OFFSET + DATA_SIZE).order(ByteOrder.LITTLE_ENDIAN);

    /** The whole message: the same instance on each call. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Leaves nothing of {@code size} bytes from an offset on. */
    public void wipe(int offset, int size) {
        Arrays.fill(bytes.array(), offset, offset + size, (byte) 0);
    }
}
