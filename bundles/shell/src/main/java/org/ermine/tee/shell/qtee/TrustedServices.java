// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.qtee;

import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.ermine.tee.shell.text.Table;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedService;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** What bundles offer to an emulated secure world by whiteboard. Looks at service properties only. */
final class TrustedServices {

    /** Service property that declarative services set. */
    private static final String COMPONENT_NAME = "component.name";

    private final BundleContext bundleContext;

    TrustedServices(BundleContext bundleContext) {
        this.bundleContext = bundleContext;
    }

    /**
     * Adds a row for each that clients reach: kind, UID, name, provider.
     *
     * @param failed ids of those that they do not reach
     * @return the UIDs of the services
     */
    Set<Integer> addTo(Table table, Set<Long> failed) {
        Set<Integer> uids = new TreeSet<>();
        for (ServiceReference<?> reference : references(TrustedService.class, failed)) {
            if (reference.getProperty(TrustedService.UID) instanceof Integer uid) {
                uids.add(uid);
                table.row("service", uid, serviceName(uid, reference), provider(reference));
            }
        }
        for (ServiceReference<?> reference : references(TrustedApplication.class, failed)) {
            table.row("application", "", reference.getProperty(TrustedApplication.NAME), provider(reference));
        }
        return uids;
    }

    private Iterable<ServiceReference<?>> references(Class<?> type, Set<Long> failed) {
        try {
            Set<ServiceReference<?>> references = new TreeSet<>(bundleContext.getServiceReferences(type, null));
            references.removeIf(reference -> failed.contains(reference.getProperty(Constants.SERVICE_ID)));
            return references;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("no filter was given", e);
        }
    }

    private static String serviceName(int uid, ServiceReference<?> reference) {
        return PublicService.of(uid)
                .map(PublicService::interfaceName)
                .orElseGet(() -> Objects.toString(reference.getProperty(COMPONENT_NAME), ""));
    }

    private static String provider(ServiceReference<?> reference) {
        Bundle bundle = reference.getBundle();
        return bundle == null ? "" : bundle.getSymbolicName() + " " + bundle.getVersion();
    }
}
