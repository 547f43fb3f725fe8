// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.Permissions;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;

/** Permissions of another bundle than core, with a higher ranking: nobody may do anything. Its service tells what it was asked for. */
public final class OtherPermissions implements BundleActivator, Permissions {

    private final Set<String> asked = new ConcurrentSkipListSet<>();

    static TestBundle bundle() {
        return new TestBundle(OtherPermissions.class, "org.ermine.tee", "org.ermine.tee.runtime", "org.ermine.tee.spi");
    }

    @Override
    public void start(BundleContext context) {
        Callable<String> account = () -> String.join(" ", asked);
        context.registerService(Callable.class, account, FrameworkUtil.asDictionary(Map.of("asked", true)));
        context.registerService(
                Permissions.class, this, FrameworkUtil.asDictionary(Map.of(Constants.SERVICE_RANKING, 1000)));
    }

    /** What is registered is unregistered by the framework. */
    @Override
    public void stop(BundleContext context) {}

    @Override
    public void require(Bundle bundle, Right right, String name) throws TeeException {
        asked.add(right.name());
        throw new TeeException(Errno.EACCES, "another bundle refuses it");
    }

    @Override
    public boolean permits(Bundle bundle, Right right, String name) {
        asked.add(right.name());
        return false;
    }

    @Override
    public void describe(RuntimeDTO runtime) {
        // There are no rules to be told.
    }

    @Override
    public void addListener(Runnable listener) {
        // Nothing changes.
    }

    @Override
    public void removeListener(Runnable listener) {
        // Nothing changes.
    }
}
