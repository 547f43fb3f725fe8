// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.spi.CallbackThread;
import org.ermine.tee.spi.CallbackWorkers;
import org.ermine.tee.spi.Permissions;
import org.ermine.tee.spi.TeeObserver;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.call.CallCarrier;
import org.ermine.tee.supplicant.options.Limits;
import org.ermine.tee.supplicant.options.SupplicantConfiguration;
import org.ermine.tee.testing.impl.ComponentDescription;
import org.ermine.tee.testing.impl.LocalBundle;

/** The supplicant's component, wired as its component description says. */
public final class SupplicantAssembly {

    public static final String PID = SupplicantConfiguration.PID;

    private SupplicantAssembly() {}

    public static void start(LocalBundle bundle, Permissions permissions) {
        ComponentDescription description = ComponentDescription.of(Supplicant.class);
        Supplicant supplicant = new Supplicant(
                bundle.context(), bundle.read(SupplicantConfiguration.class, PID, Limits::read), permissions);
        bundle.bindReferences(
                ListenerHandler.class,
                description.target("Listener"),
                supplicant::addListener,
                supplicant::updatedListener,
                supplicant::removeListener);
        bundle.bindReferences(
                CallbackObject.class,
                description.target("Callback"),
                supplicant::addCallback,
                supplicant::updatedCallback,
                supplicant::removeCallback);
        bundle.bind(TeeDevice.class, description.target("Device"), supplicant::addDevice, supplicant::removeDevice);
        bundle.bind(TeeObserver.class, properties -> true, supplicant::bindObserver, supplicant::unbindObserver);
        supplicant.activate();
        bundle.onDeactivate(supplicant::deactivate);
        bundle.register(CallbackWorkers.class, supplicant, description.properties());
    }
    /** Whether the calling thread is a worker, and in no call: foreign code that finds itself there has no time limit. */
    public static boolean isOutsideOfBracket() {
        return CallbackThread.current() instanceof CallCarrier worker
                && worker.thread().depth() == 0;
    }
}
