// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import org.ermine.tee.runtime.PermissionsDTO;
import org.ermine.tee.spi.policy.PermissionPolicy;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/**
 * A policy of another bundle, with a higher ranking: a bundle called so refuses everything to everybody, and called
 * otherwise nothing. One that is called Failing has no object of its service. Its service tells what it was asked for.
 */
public final class OtherPermissions implements BundleActivator, PermissionPolicy, ServiceFactory<PermissionPolicy> {

    private final Set<String> asked = new ConcurrentSkipListSet<>();
    private volatile String objection;

    static TestBundle bundle() {
        return new TestBundle(OtherPermissions.class, "org.ermine.tee.runtime", "org.ermine.tee.spi.policy");
    }

    /** One that permits everything. */
    static TestBundle permitting() {
        return bundle().as("org.ermine.tee.itests.Permitting", "1.0.0");
    }

    /** One whose service has no object. */
    static TestBundle failing() {
        return bundle().as("org.ermine.tee.itests.Failing", "1.0.0");
    }

    @Override
    public PermissionPolicy getService(Bundle bundle, ServiceRegistration<PermissionPolicy> registration) {
        return registration.getReference().getBundle().getSymbolicName().endsWith(".Failing") ? null : this;
    }

    @Override
    public void ungetService(
            Bundle bundle, ServiceRegistration<PermissionPolicy> registration, PermissionPolicy policy) {
        // There is nothing to be given back.
    }

    @Override
    public void start(BundleContext context) {
        boolean refuses = context.getBundle().getSymbolicName().endsWith(".OtherPermissions");
        objection = refuses ? "another bundle refuses it" : null;
        Callable<String> account = () -> String.join(" ", asked);
        context.registerService(Callable.class, account, FrameworkUtil.asDictionary(Map.of("asked", true)));
        ServiceFactory<PermissionPolicy> policy = this;
        context.registerService(
                PermissionPolicy.class, policy, FrameworkUtil.asDictionary(Map.of(Constants.SERVICE_RANKING, 1000)));
    }

    /** What is registered is unregistered by the framework. */
    @Override
    public void stop(BundleContext context) {}

    @Override
    public String objection(Bundle bundle, Right right, String name) {
        asked.add(right.name());
        return objection;
    }

    @Override
    public void describe(PermissionsDTO permissions) {
        // There are no rules to be told.
    }

    @Override
    public void onChange(Runnable listener) {
        // Nothing changes.
    }
}
