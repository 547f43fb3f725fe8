// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.util.Map;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.spi.CallbackWorkers;
import org.ermine.tee.spi.Permissions;
import org.ermine.tee.spi.TeeObserver;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.testing.impl.LocalBundle;

/** The supplicant's component, wired as its component description says. */
public final class SupplicantAssembly {

    public static final String PID = SupplicantConfiguration.PID;

    private SupplicantAssembly() {}

    public static void start(LocalBundle bundle, Permissions permissions) {
        Supplicant supplicant = new Supplicant(
                bundle.context(), bundle.read(SupplicantConfiguration.class, PID, Limits::read), permissions);
        bundle.bindReferences(
                ListenerHandler.class,
                properties -> true,
                supplicant::addListener,
                supplicant::updatedListener,
                supplicant::removeListener);
        bundle.bindReferences(
                CallbackObject.class,
                properties -> properties.containsKey(CallbackObject.NAME),
                supplicant::addCallback,
                supplicant::updatedCallback,
                supplicant::removeCallback);
        bundle.bind(
                TeeDevice.class,
                SupplicantAssembly::isQteeWithWorkers,
                supplicant::addDevice,
                supplicant::removeDevice);
        bundle.bind(TeeObserver.class, properties -> true, supplicant::bindObserver, supplicant::unbindObserver);
        bundle.onDeactivate(supplicant::deactivate);
        bundle.register(CallbackWorkers.class, supplicant, Map.of());
    }

    private static boolean isQteeWithWorkers(Map<String, Object> properties) {
        return Integer.valueOf(TeeVersion.QTEE).equals(properties.get(TeeDevice.IMPLEMENTATION))
                && Boolean.TRUE.equals(properties.get(TeeDevice.SERVES_CALLBACKS));
    }
}
