// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import org.ermine.tee.core.permissions.PermissionsAssembly;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.spi.CallbackWorkers;
import org.ermine.tee.spi.Permissions;
import org.ermine.tee.spi.RuntimeContributor;
import org.ermine.tee.spi.SharedMemoryManager;
import org.ermine.tee.spi.TeeDriver;
import org.ermine.tee.spi.TeeObserver;
import org.ermine.tee.testing.impl.LocalBundle;

/** Core's components, wired as their component descriptions say. */
public final class CoreAssembly {

    private CoreAssembly() {}

    public static TeeRuntime start(LocalBundle bundle, SharedMemoryManager memory) {
        return start(bundle, memory, PermissionsAssembly.start(bundle));
    }

    public static TeeRuntime start(LocalBundle bundle, SharedMemoryManager memory, Permissions permissions) {
        DeviceRegistry registry = new DeviceRegistry(
                bundle.context(), memory, permissions, bundle.options(CoreConfiguration.class, CoreConfiguration.PID));
        bundle.onDeactivate(registry::deactivate);
        bundle.bind(TeeDriver.class, registry::bindDriver, registry::updatedDriver, registry::unbindDriver);
        bundle.bind(CallbackWorkers.class, properties -> true, registry::bindWorkers, registry::unbindWorkers);
        bundle.bind(
                RuntimeContributor.class, properties -> true, registry::bindContributor, registry::unbindContributor);
        bundle.bind(TeeObserver.class, properties -> true, registry::bindObserver, registry::unbindObserver);
        PublishedRuntime published = new PublishedRuntime(bundle.context(), registry, memory);
        bundle.onDeactivate(published::deactivate);
        return new Introspection(registry, memory);
    }
}
