// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.trusted;

import org.ermine.tee.itests.chaos.ledger.Ledger;
import org.ermine.tee.itests.chaos.ledger.SecureSide;
import org.ermine.tee.itests.chaos.tee.Operations;
import org.ermine.tee.trusted.TrustedApplication;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** Deploys the trusted application. */
public final class Activator implements BundleActivator {

    @Override
    public void start(BundleContext context) {
        Ledger ledger = context.getService(context.getServiceReference(Ledger.class));
        SecureSide secure = ledger.secureSide();
        context.registerService(
                TrustedApplication.class,
                environment -> new Application(environment, secure),
                FrameworkUtil.asDictionary(java.util.Map.of(TrustedApplication.NAME, Operations.APPLICATION)));
    }

    /** What is registered is unregistered by the framework. */
    @Override
    public void stop(BundleContext context) {}
}
