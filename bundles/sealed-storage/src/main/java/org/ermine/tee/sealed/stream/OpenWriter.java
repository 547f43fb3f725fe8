// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.stream;

import java.util.Map;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.connection.Connections;
import org.ermine.tee.sealed.devices.DeviceService;
import org.ermine.tee.sealed.lifecycle.Ending;
import org.ermine.tee.sealed.lifecycle.OpenStream;
import org.ermine.tee.sealed.lifecycle.StreamUse;

/** An object that is being written, until it is committed, or anything fails. */
final class OpenWriter implements OpenStream {

    private final Connections connections;
    private final ObjectDraft draft;
    private final StreamUse use;

    /** Takes the draft over. */
    OpenWriter(Connections connections, ObjectDraft draft) {
        this.connections = connections;
        this.draft = draft;
        this.use = new StreamUse(draft.name(), this::giveUp);
    }

    void write(byte[] data, int from, int count) throws SealedStorageException {
        use.enter();
        boolean written = false;
        try {
            draft.append(data, from, count);
            written = true;
        } finally {
            endUse(written ? null : Ending.FAILED);
        }
        connections.requirePresent(this);
    }

    void describe(Map<String, String> metadata) throws SealedStorageException {
        use.enter();
        try {
            draft.describe(metadata);
        } finally {
            use.leave();
        }
    }

    SealedEntry commit() throws SealedStorageException {
        use.enter();
        boolean committed = false;
        try {
            SealedEntry entry = draft.commit();
            committed = true;
            return entry;
        } finally {
            endUse(committed ? Ending.COMMITTED : Ending.FAILED);
        }
    }

    private void endUse(Ending why) {
        if (why != null) {
            use.end(why);
        }
        use.leave();
    }

    private void giveUp(Ending why) {
        connections.streams().remove(this);
        draft.close(why.isByUser());
    }

    @Override
    public void end(Ending why) {
        use.end(why);
    }

    @Override
    public DeviceService device() {
        return draft.device();
    }
}
