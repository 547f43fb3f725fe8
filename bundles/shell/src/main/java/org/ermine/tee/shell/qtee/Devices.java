// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.qtee;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.shell.command.Call;
import org.ermine.tee.shell.command.CommandException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** The devices that are there at the moment of a call. Holds none beyond it. */
final class Devices {

    private final BundleContext bundleContext;

    Devices(BundleContext bundleContext) {
        this.bundleContext = bundleContext;
    }

    @FunctionalInterface
    interface Action {
        void run(TeeDevice device) throws TeeException;
    }

    /**
     * Does something with each of the devices that a call names; with all of them if it names none.
     *
     * @throws CommandException if there is no such device, or if {@code action} fails
     */
    void forEach(Call call, Action action) throws CommandException {
        List<ServiceReference<TeeDevice>> present = references();
        List<ServiceReference<TeeDevice>> asked = new ArrayList<>();
        for (String name : call.operands()) {
            asked.add(present.stream()
                    .filter(reference -> name(reference).equals(name))
                    .findFirst()
                    .orElseThrow(() -> call.failure("no device " + name)));
        }
        for (ServiceReference<TeeDevice> reference : asked.isEmpty() ? present : asked) {
            use(call, reference, action);
        }
    }

    private void use(Call call, ServiceReference<TeeDevice> reference, Action action) throws CommandException {
        TeeDevice device = bundleContext.getService(reference);
        if (device == null) {
            throw call.failure("device " + name(reference) + " has just gone");
        }
        try {
            action.run(device);
        } catch (TeeException e) {
            throw call.failure("device " + name(reference) + ": " + e.getMessage());
        } finally {
            bundleContext.ungetService(reference);
        }
    }

    private List<ServiceReference<TeeDevice>> references() {
        try {
            Collection<ServiceReference<TeeDevice>> references =
                    bundleContext.getServiceReferences(TeeDevice.class, null);
            return references.stream()
                    .sorted(Comparator.comparing(Devices::name))
                    .toList();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("no filter was given", e);
        }
    }

    private static String name(ServiceReference<TeeDevice> reference) {
        return Objects.toString(reference.getProperty(TeeDevice.DEVICE_NAME), "");
    }
}
