// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.connection;

import java.util.Map;
import org.ermine.tee.sealed.devices.DeviceService;
import org.ermine.tee.sealed.limit.SealedStorageConfiguration;

/** What all clients share, and what a framework does with it. */
public final class TestConnections implements AutoCloseable {

    private final Connections connections;

    public TestConnections(SealedStorageConfiguration configuration) {
        connections = new Connections(configuration, Map.of());
    }

    public Connections shared() {
        return connections;
    }

    public void set(DeviceService device) {
        connections.set(device);
    }

    public void unset(DeviceService device) {
        connections.unset(device);
    }

    public void configure(SealedStorageConfiguration configuration) {
        connections.modified(configuration, Map.of());
    }

    @Override
    public void close() {
        connections.deactivate();
    }
}
