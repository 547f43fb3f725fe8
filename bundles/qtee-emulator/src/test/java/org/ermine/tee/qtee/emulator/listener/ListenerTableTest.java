// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.qtee.emulator.limit.SecureHeap;
import org.ermine.tee.trusted.NormalObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ListenerTableTest {

    private static final int ID = 0xa;

    private final SecureHeap heap = new SecureHeap(1 << 20);
    private final ListenerTable listeners = new ListenerTable(2, heap);

    /** What a listener was registered with. */
    private static final class Callback implements NormalObject {

        private boolean closed;

        @Override
        public void invoke(int op, Arguments arguments) {
            throw new UnsupportedOperationException();
        }

        @Override
        public NormalObject duplicate() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final Callback first = new Callback();
    private final Callback second = new Callback();

    private Listener register(Callback callback) throws TeeException {
        Listener listener = new Listener(ID, callback, null, null, null, 0);
        listeners.reserve(ID, "first.client");
        listeners.set(ID, listener);
        return listener;
    }

    @Test
    @DisplayName(
            "ERM-26: given an id that went to another listener, when the first one's end comes again, then nothing "
                    + "changes")
    void lateEnd() throws TeeException {
        Listener gone = register(first);
        listeners.remove(ID, gone);
        assertTrue(first.closed);
        register(second);
        long used = heap.usage().used();
        listeners.remove(ID, gone);
        listeners.giveBack(ID);
        assertFalse(second.closed, "the other one was ended");
        assertEquals(used, heap.usage().used());
        TeeException refusal = assertThrows(TeeException.class, () -> listeners.reserve(ID, "first.client"));
        assertEquals(ListenerTable.ID_IN_USE, refusal.result());
    }

    @Test
    void givenAsManyListenersAsMayBeThenTheRefusalNamesTheLimitItsOptionAndWhoHasThem() throws TeeException {
        ListenerTable small = new ListenerTable(3, heap);
        small.reserve(1, "first.client");
        small.reserve(2, "second.client");
        small.reserve(3, "second.client");
        TeeException refusal = assertThrows(TeeException.class, () -> small.reserve(4, "third.client"));
        assertEquals(ListenerTable.MAX_REGISTERED, refusal.result());
        assertEquals(
                "no more than 3 listeners may be there at once (option maxListeners of org.ermine.tee.qtee.emulator):"
                        + " 2 of second.client, 1 of first.client",
                refusal.getMessage());
        small.giveBack(1);
        small.reserve(4, "third.client");
    }
}
