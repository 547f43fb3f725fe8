// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.permissions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ermine.tee.fakes.Fake;
import org.ermine.tee.spi.policy.PermissionPolicy;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.Version;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;

/** As much of a framework as is seen by whoever looks for bundles that offer a policy. */
final class FakeBundles {

    private final Map<Long, FakeBundle> installed = new HashMap<>();
    private final List<BundleListener> listeners = new ArrayList<>();
    /** Properties of the framework. */
    final Map<String, String> properties = new HashMap<>();

    final BundleContext context = Fake.of(BundleContext.class, (self, method, arguments) -> switch (method.getName()) {
        case "getProperty" -> properties.get((String) arguments[0]);
        case "getBundles" -> installed.values().stream().map(each -> each.view).toArray(Bundle[]::new);
        case "getBundle" -> {
            FakeBundle found = installed.get((Long) arguments[0]);
            yield found == null ? null : found.view;
        }
        case "addBundleListener" -> listeners.add((BundleListener) arguments[0]);
        case "removeBundleListener" -> listeners.remove((BundleListener) arguments[0]);
        default -> throw Fake.unsupported(method);
    });

    final class FakeBundle {
        private final long id;
        private final String name;
        private final boolean announcing;
        private boolean toRun;

        final Bundle view = Fake.of(Bundle.class, (self, method, arguments) -> switch (method.getName()) {
            case "getBundleId" -> id();
            case "getSymbolicName" -> name();
            case "getVersion" -> new Version(1, 2, 3);
            case "adapt" -> adapt((Class<?>) arguments[0]);
            default -> throw Fake.unsupported(method);
        });

        private FakeBundle(long id, String name, boolean announcing) {
            this.id = id;
            this.name = name;
            this.announcing = announcing;
        }

        private long id() {
            return id;
        }

        private String name() {
            return name;
        }

        private Object adapt(Class<?> type) {
            if (type == BundleStartLevel.class) {
                return Fake.of(BundleStartLevel.class, (self, method, none) -> toRun);
            }
            List<BundleCapability> capabilities = announcing ? List.of(offersAPolicy()) : List.of();
            return Fake.of(BundleRevision.class, (self, method, none) -> capabilities);
        }

        /** Marks it to be started, as starting it does before all else. */
        void start() {
            toRun = true;
            tell(BundleEvent.STARTED, this);
        }

        /** Marks it not to be started, as stopping it does before all else. */
        void stop() {
            toRun = false;
            tell(BundleEvent.STOPPED, this);
        }

        void uninstall() {
            installed.remove(id);
            tell(BundleEvent.UNINSTALLED, this);
        }
    }

    /** @param announcing whether it says, by a capability, that it offers a policy */
    FakeBundle install(String name, boolean announcing) {
        FakeBundle bundle = new FakeBundle(installed.size() + 1L, name, announcing);
        installed.put(bundle.id, bundle);
        tell(BundleEvent.INSTALLED, bundle);
        return bundle;
    }

    private void tell(int event, FakeBundle bundle) {
        List.copyOf(listeners).forEach(listener -> listener.bundleChanged(new BundleEvent(event, bundle.view)));
    }

    private static BundleCapability offersAPolicy() {
        return Fake.of(
                BundleCapability.class,
                (self, method, none) -> Map.of("objectClass", List.of(PermissionPolicy.class.getName())));
    }
}
