// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.inspector;

import org.ermine.tee.itests.chaos.ledger.Inspection;
import org.ermine.tee.itests.chaos.ledger.Ledger;
import org.ermine.tee.itests.chaos.ledger.Owner;
import org.ermine.tee.itests.chaos.tee.Caller;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationListener;

/** Offers an {@link Inspection}. */
public final class Activator implements BundleActivator {

    private Owner owner;

    @Override
    public void start(BundleContext context) {
        Ledger ledger = context.getService(context.getServiceReference(Ledger.class));
        owner = ledger.owner("inspector");
        Caller caller = new Caller(context, ledger, owner);
        Configurations configurations = new Configurations(context);
        context.registerService(ConfigurationListener.class, configurations, null);
        context.registerService(Inspection.class, new Inspector(context, ledger, caller, configurations), null);
    }

    @Override
    public void stop(BundleContext context) {
        owner.ending();
    }
}
