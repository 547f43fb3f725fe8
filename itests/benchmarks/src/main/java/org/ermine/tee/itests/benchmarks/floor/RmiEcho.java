// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.floor;

import java.rmi.NoSuchObjectException;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.server.UnicastRemoteObject;

/** A call of Java RMI, over the loopback interface, that returns its bytes. */
public final class RmiEcho implements AutoCloseable {

    private static final int ANY_PORT = 0;

    private final Server server = new Server();
    private final Echo stub;

    /** The remote interface. */
    public interface Echo extends Remote {
        byte[] echo(byte[] request) throws RemoteException;
    }

    private static final class Server implements Echo {
        @Override
        public byte[] echo(byte[] request) {
            return request;
        }
    }

    public RmiEcho() throws RemoteException {
        stub = (Echo) UnicastRemoteObject.exportObject(server, ANY_PORT);
    }

    public byte[] call(byte[] request) throws RemoteException {
        return stub.echo(request);
    }

    @Override
    public void close() throws NoSuchObjectException {
        UnicastRemoteObject.unexportObject(server, true);
    }
}
