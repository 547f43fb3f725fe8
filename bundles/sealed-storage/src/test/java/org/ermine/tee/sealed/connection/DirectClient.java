// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.impl.SharedDevice;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** A bundle that goes to the TA by itself, and so past all that its client holds back. */
public final class DirectClient implements AutoCloseable {

    private final Connection connection;
    private final Deque<TeeObject> readers = new ArrayDeque<>();

    private DirectClient(Connection connection) {
        this.connection = connection;
    }

    /** @param device as the bundle has it */
    public static DirectClient of(TeeDevice device) throws SealedStorageException {
        return new DirectClient(Connection.open(new SharedDevice(device), null));
    }

    public TeeObject application() {
        return connection.application();
    }

    /** @return how many readers it got before it was refused */
    public int openUntilRefused(String name) throws TeeException {
        int before = readers.size();
        try {
            while (true) {
                readers.add(open(name));
            }
        } catch (TeeException e) {
            assertEquals(SealedStorageProtocol.ERROR_TOO_MANY_OPEN, e.result().code(), e.getMessage());
        }
        return readers.size() - before;
    }

    public void closeOne() throws TeeException {
        TeeObject reader = readers.remove();
        reader.invoke(SealedStorageProtocol.READER_CLOSE, new Arguments());
        reader.close();
    }

    private TeeObject open(String name) throws TeeException {
        Arguments arguments = new Arguments()
                .in("common".getBytes(StandardCharsets.UTF_8))
                .in(name.getBytes(StandardCharsets.UTF_8))
                .out(new byte[20])
                .outObject();
        connection.application().invoke(SealedStorageProtocol.OP_OPEN | SealedStorageProtocol.IN_DRAWER, arguments);
        return (TeeObject) arguments.object(3);
    }

    @Override
    public void close() {
        readers.forEach(TeeObject::close);
        connection.close();
    }
}
