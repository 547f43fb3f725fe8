// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeVersion;

/**
 * A device as one bundle sees it: it knows the owner of the contexts that are opened through it, and closes them when the
 * bundle gives it back.
 *
 * <p>{@code open} holds the contexts that are not closed. One that is opened beside {@link #close} is either found there
 * by close, or finds {@code closed} set and is closed by who opened it.
 */
final class DeviceHandle implements TeeDevice {

    private final Device device;
    private final Owner owner;
    private final Set<Context> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    DeviceHandle(Device device, Owner owner) {
        this.device = device;
        this.owner = owner;
    }

    Owner owner() {
        return owner;
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public TeeVersion version() {
        return device.version();
    }

    @Override
    public TeeContext open() throws TeeException {
        requireOpen();
        Context context = device.open(this);
        open.add(context);
        if (context.isClosed()) {
            open.remove(context);
        }
        if (closed) {
            context.close();
        }
        requireOpen();
        return context;
    }

    /** The context is closed. */
    void forget(Context context) {
        open.remove(context);
    }

    /** The bundle gave it back: no context opens any more, and those that are open are closed. */
    void close() {
        closed = true;
        open.forEach(Context::close);
    }

    private void requireOpen() throws TeeException {
        if (closed) {
            throw new TeeException(Errno.ENODEV, "device " + name() + " was given back by " + owner);
        }
    }
}
