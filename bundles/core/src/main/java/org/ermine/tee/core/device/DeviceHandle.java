// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.core.context.Context;
import org.ermine.tee.core.context.ContextOpener;
import org.ermine.tee.core.rights.OwnerRights;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.spi.policy.Permissions;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.ermine.tee.spi.support.Separately;
import org.ermine.tee.spi.support.StackReserve;
import org.osgi.framework.Bundle;

/**
 * A device as one bundle sees it. It knows the owner of the contexts that are opened through it, and closes them when
 * the bundle gives it back.
 *
 * <p>{@code open} holds the contexts that are not closed. One that is opened while {@link #close} runs is either found
 * there by close, or its opener finds {@code closed} set, and closes it. In the same way a context that is opened while
 * permissions change is either found by its device, or checked by the new permissions.
 */
public final class DeviceHandle implements ContextOpener {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Device device;
    private final Owner owner;
    /** The name of the owner, made once, since each description of a context has it. */
    private final String ownerName;

    private final OwnerRights rights;
    private final Set<Context> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    DeviceHandle(Device device, Owner owner, OwnerRights rights) {
        this.device = device;
        this.owner = owner;
        this.ownerName = owner.name();
        this.rights = rights;
    }

    /** Makes the handle of a bundle. */
    public static DeviceHandle of(Device device, Permissions permissions, Bundle bundle) {
        return new DeviceHandle(device, Owner.of(bundle), new OwnerRights(permissions, bundle));
    }

    @Override
    public Owner owner() {
        return owner;
    }

    @Override
    public String ownerName() {
        return ownerName;
    }

    @Override
    public OwnerRights rights() {
        return rights;
    }

    @Override
    public boolean isPermitted() {
        return rights.permit(Right.DEVICE, name());
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
        StackReserve.require();
        requireOpen();
        rights.require(Right.DEVICE, name());
        Context context = device.open(this);
        boolean usable = false;
        try {
            keep(context);
            requireOpen();
            requireStillPermitted();
            usable = true;
            return context;
        } finally {
            if (!usable) {
                context.closeWithin();
            }
        }
    }

    private void keep(Context context) {
        open.add(context);
        if (context.isClosed()) {
            open.remove(context);
        }
    }

    private void requireStillPermitted() throws TeeException {
        if (!isPermitted()) {
            throw new TeeException(
                    Errno.EACCES, "the permission of " + owner + " to open device " + name() + " was withdrawn");
        }
    }

    @Override
    public void closed(Context context) {
        open.remove(context);
    }

    @Override
    public void released(Context context) {
        device.released(context);
    }

    @Override
    public void runForeign(Runnable code) {
        device.runForeign(owner, code);
    }

    /**
     * Ends the handle, which its bundle gave back: no context is opened any more, and those that are open are closed.
     */
    public void close() {
        close(PATIENCE);
    }

    /** @param patience how long the bundle's own code is waited for, since as a rule its bundle is stopping */
    public void close(Duration patience) {
        StackReserve.require();
        closed = true;
        List<Runnable> foreign = new ArrayList<>();
        Separately.forEach(open, context -> context.closeWithin(foreign::add), device::closeFailed);
        if (!device.runForeign(owner, foreign, patience)) {
            device.problems()
                    .tell(
                            List.of("not told", owner),
                            () -> owner + " gave device " + name()
                                    + " back, but released() of its callback objects did not" + " return within "
                                    + patience + ": not waited for");
        }
    }

    private void requireOpen() throws TeeException {
        if (closed) {
            throw new TeeException(Errno.ENODEV, "device " + name() + " was given back by " + owner);
        }
    }
}
