// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.drawers.Drawer;
import org.ermine.tee.ta.sealedstorage.drawers.Usage;
import org.ermine.tee.ta.sealedstorage.tree.IndexEntry;

/** Tells a client of objects or drawers, as many as there is room for. Used by one thread. */
final class Listing {

    private static final int HEAD_SIZE = 8 + 8 + 2;
    /** Whether it is bound, and bytes of its description. */
    private static final int DETAILS_SIZE = 1 + 2;

    private final ByteBuffer output;
    private boolean tooLong;

    Listing(ByteBuffer output) {
        this.output = output;
    }

    /** Returns false if there is no room. */
    boolean add(String key, IndexEntry entry, boolean withDetails) {
        byte[] name = Drawer.objectOf(key).getBytes(StandardCharsets.UTF_8);
        int details = withDetails ? DETAILS_SIZE + entry.description().size() : 0;
        if (!hasRoom(HEAD_SIZE + name.length + details)) {
            return false;
        }
        output.putLong(entry.size()).putLong(entry.created()).putShort((short) name.length);
        output.put(name);
        if (withDetails) {
            output.put((byte) (entry.association().isEmpty() ? 0 : 1));
            output.putShort((short) entry.description().size());
            entry.description().write(output);
        }
        return true;
    }

    /** Returns false if there is no room. */
    boolean add(String drawer, Usage usage) {
        byte[] name = drawer.getBytes(StandardCharsets.UTF_8);
        if (!hasRoom(HEAD_SIZE + name.length)) {
            return false;
        }
        output.putLong(usage.objects()).putLong(usage.bytes()).putShort((short) name.length);
        output.put(name);
        return true;
    }

    private boolean hasRoom(int size) {
        tooLong = output.remaining() < size;
        return !tooLong;
    }

    /** An empty answer says that there is nothing more. */
    void requireRoom() throws TeeException {
        if (tooLong && output.position() == 0) {
            throw new TeeException(
                    TeeResult.SIZE_OUT, "there is no room for one entry in " + output.limit() + " bytes");
        }
    }
}
