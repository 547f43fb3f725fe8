// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import org.ermine.tee.sealed.SealedStorageAdmin;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.protocol.Scope;
import org.osgi.framework.Bundle;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/** What concerns all of sealed storage, for one bundle. */
@Component(scope = ServiceScope.BUNDLE)
public final class SealedStorageAdminClient implements SealedStorageAdmin {

    private final Connections connections;
    private final Bundle keeper;
    private final String bundle;

    @Activate
    public SealedStorageAdminClient(@Reference Connections connections, ComponentContext component) {
        this(connections, component.getBundleContext().getBundle(), nameOf(component.getUsingBundle()));
    }

    /**
     * @param keeper who asks the TA: this bundle
     * @param bundle the symbolic name of the bundle that this is for
     */
    SealedStorageAdminClient(Connections connections, Bundle keeper, String bundle) {
        this.connections = connections;
        this.keeper = keeper;
        this.bundle = bundle;
    }

    private static String nameOf(Bundle bundle) {
        return bundle.getSymbolicName() == null ? bundle.getLocation() : bundle.getSymbolicName();
    }

    @Override
    public void reset() throws SealedStorageException {
        try (Session session = open()) {
            session.reset();
        }
    }

    private Session open() throws SealedStorageException {
        connections.requireAdministrator(bundle);
        return connections.open(keeper, Scope.OWN);
    }
}
