// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.ermine.tee.Arguments;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.testing.InMemoryTee;
import org.ermine.tee.testing.contract.TrustedObjectContract;

class SealedStorageContractTest extends TrustedObjectContract {

    private final MemoryFileStorage files = new MemoryFileStorage();

    @Override
    protected void prepare(InMemoryTee tee) {
        ListenerHandler handler = files::handle;
        tee.deploy(handler, Map.of(ListenerHandler.ID, 0x7000, ListenerHandler.BUFFER_SIZE, 504 * 1024));
    }

    @Override
    protected Object service() {
        return UsualApplication.create();
    }

    @Override
    protected int operation() {
        return SealedStorageProtocol.OP_LIST;
    }

    @Override
    protected Arguments arguments() {
        return new Arguments().in(new byte[0]).out(new byte[1000]);
    }

    @Override
    protected void checkAnswer(Arguments arguments) {
        assertEquals(0, arguments.size(1) % 19, "entries without names");
    }
}
