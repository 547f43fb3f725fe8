// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.permissions;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.ermine.tee.spi.policy.PermissionPolicy;
import org.ermine.tee.spi.support.OwnerName;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;

/**
 * The bundles that announce by a capability that they offer a {@link PermissionPolicy}, whether they run or not. A
 * bundle that is marked to be started is awaited: if its policy is missing, it is missing only for a while. A bundle
 * that the operator stopped is not awaited. Thread safe.
 */
final class AnnouncedPolicies implements SynchronousBundleListener, AutoCloseable {

    private static final String SERVICE_NAMESPACE = "osgi.service";

    private final BundleContext context;
    private final Runnable changed;
    private final Set<Bundle> bundles = ConcurrentHashMap.newKeySet();

    /** @param changed is called after one of these bundles changed its state */
    AnnouncedPolicies(BundleContext context, Runnable changed) {
        this.context = context;
        this.changed = changed;
    }

    /** Begins to observe the bundles. The framework reports each change before the operation that makes it returns. */
    void open() {
        context.addBundleListener(this);
        Stream.of(context.getBundles()).filter(AnnouncedPolicies::announces).forEach(bundles::add);
    }

    /**
     * Returns the name of a bundle that is to offer a policy, whether it offers one now or not; null if there is none.
     */
    String awaited() {
        return bundles.stream()
                .filter(AnnouncedPolicies::isToRun)
                .findFirst()
                .map(OwnerName::of)
                .orElse(null);
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        Bundle bundle = event.getBundle();
        boolean known = bundles.contains(bundle);
        if (event.getType() != BundleEvent.UNINSTALLED && announces(bundle)) {
            bundles.add(bundle);
        } else if (known) {
            bundles.remove(bundle);
        } else {
            return;
        }
        changed.run();
    }

    @Override
    public void close() {
        context.removeBundleListener(this);
    }

    private static boolean isToRun(Bundle bundle) {
        try {
            BundleStartLevel start = bundle.adapt(BundleStartLevel.class);
            return start != null && start.isPersistentlyStarted();
        } catch (IllegalStateException e) {
            // The bundle was uninstalled meanwhile.
            return false;
        }
    }

    private static boolean announces(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision != null
                && revision.getDeclaredCapabilities(SERVICE_NAMESPACE).stream().anyMatch(AnnouncedPolicies::isPolicy);
    }

    private static boolean isPolicy(BundleCapability capability) {
        Object types = capability.getAttributes().get(Constants.OBJECTCLASS);
        return types instanceof Collection<?> several
                ? several.contains(PermissionPolicy.class.getName())
                : PermissionPolicy.class.getName().equals(types);
    }
}
