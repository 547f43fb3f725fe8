// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.connection;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.RequireTee;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.embedded.options.Options;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.devices.DeviceService;
import org.ermine.tee.sealed.devices.RegisteredDevice;
import org.ermine.tee.sealed.failure.Interrupts;
import org.ermine.tee.sealed.lifecycle.Ending;
import org.ermine.tee.sealed.lifecycle.OpenStream;
import org.ermine.tee.sealed.lifecycle.OpenStreams;
import org.ermine.tee.sealed.limit.Place;
import org.ermine.tee.sealed.limit.Places;
import org.ermine.tee.sealed.limit.SealedStorageConfiguration;
import org.ermine.tee.sealed.limit.SealedStorageLimits;
import org.ermine.tee.sealed.object.Session;
import org.ermine.tee.sealed.protocol.Scope;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all clients share: the way to the TA, on the QTEE that is there when an operation starts, and the TA's open
 * objects.
 */
@RequireTee
@Component(service = Connections.class, configurationPid = SealedStorageConfiguration.PID)
@Designate(ocd = SealedStorageConfiguration.class)
public final class Connections {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final Options<SealedStorageConfiguration, SealedStorageLimits> options;
    private final OwnerShares shares;
    private final Places places;
    private final ConnectionKeeper keeper;
    private final OpenStreams streams = new OpenStreams();
    private final AtomicReference<DeviceService> device = new AtomicReference<>();

    @Activate
    public Connections(SealedStorageConfiguration configuration, Map<String, Object> properties) {
        options = new Options<>(
                SealedStorageConfiguration.PID,
                SealedStorageConfiguration.class,
                configuration,
                properties,
                SealedStorageLimits::read,
                LOG::error);
        shares = new OwnerShares(
                "open objects", limits().maxOpenPerOwner(), "maxOpenPerOwner of " + SealedStorageConfiguration.PID);
        places = new Places(shares, () -> limits().maxWait());
        keeper = new ConnectionKeeper(() -> limits().idle());
    }

    @Modified
    void modified(SealedStorageConfiguration changed, Map<String, Object> properties) {
        options.change(changed, properties);
        takeOver();
    }

    @Deactivate
    void deactivate() {
        keeper.close();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            service = TeeDevice.class,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            target = "(" + TeeDevice.IMPLEMENTATION + "=" + TeeVersion.QTEE + ")")
    void setDevice(ServiceReference<TeeDevice> present) {
        set(new RegisteredDevice(present));
    }

    /** A better device may have been set before this one goes. */
    void unsetDevice(ServiceReference<TeeDevice> gone) {
        unset(new RegisteredDevice(gone));
    }

    void set(DeviceService present) {
        DeviceService before = device.getAndSet(present);
        if (before != null && !before.equals(present)) {
            remove(before);
        }
    }

    void unset(DeviceService gone) {
        device.updateAndGet(present -> gone.equals(present) ? null : present);
        remove(gone);
    }

    /** The bundle uses sealed storage no more. */
    public void remove(Bundle user) {
        keeper.remove(user);
    }

    private void remove(DeviceService gone) {
        streams.endOn(gone);
        keeper.remove(gone);
    }

    /** A stream from now on ends when its device goes, or another one takes its place; at once if that was before. */
    public void watch(OpenStream stream, Object given, Object client, String owner) {
        streams.add(stream, given, client, owner);
        requirePresent(stream);
    }

    /** Ends a stream that leads to a device which is not there any more. */
    public void requirePresent(OpenStream stream) {
        DeviceService used = stream.device();
        if (used != null && !used.equals(device.get())) {
            stream.end(Ending.DEVICE_GONE);
        }
    }

    public OpenStreams streams() {
        return streams;
    }

    /** A way to the TA for one operation of a bundle. */
    public Session open(Bundle user, Scope scope) throws SealedStorageException {
        Interrupts.check();
        streams.clear();
        DeviceService present = device.get();
        if (present == null) {
            throw new SealedStorageException(
                    Reason.NO_TEE, "no QTEE is present; sealed storage works as soon as one is deployed");
        }
        return keeper.open(present, user, scope);
    }

    /**
     * @throws SealedStorageException NOT_PERMITTED if the operator does not let this bundle do what concerns all others
     *     too
     */
    public void requireAdministrator(String bundle) throws SealedStorageException {
        if (!limits().administrators().contains(bundle)) {
            throw new SealedStorageException(
                    Reason.NOT_PERMITTED,
                    bundle + " may not do what concerns all that is sealed: it is none of administrators of "
                            + SealedStorageConfiguration.PID);
        }
    }

    /** A place among the TA's open objects, out of an owner's share. */
    public Place take(String owner, String name) throws SealedStorageException {
        return places.take(owner, name);
    }

    private SealedStorageLimits limits() {
        return options.inForce();
    }

    private void takeOver() {
        shares.most(limits().maxOpenPerOwner());
        places.changed();
        keeper.idleChanged();
    }
}
