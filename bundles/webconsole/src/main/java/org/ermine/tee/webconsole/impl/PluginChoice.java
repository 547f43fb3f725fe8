// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.webconsole.impl;

import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the two plugins there is. A console of generation 5 takes both kinds of servlets and warns of the older
 * ones, so only one is offered.
 */
@Component(
        service = {},
        immediate = true)
public final class PluginChoice {

    private static final Logger LOG = LoggerFactory.getLogger(PluginChoice.class);

    @Activate
    public PluginChoice(ComponentContext component, BundleContext bundle) {
        Set<String> packages = importedPackages(bundle);
        if (packages.contains("org.apache.felix.webconsole.servlet")) {
            component.enableComponent(JakartaPlugin.NAME);
        } else if (packages.contains("javax.servlet.http")) {
            component.enableComponent(JavaxPlugin.NAME);
        } else {
            LOG.info("There is no Web Console yet to show the live page in");
        }
    }

    private static Set<String> importedPackages(BundleContext bundle) {
        return bundle
                .getBundle()
                .adapt(BundleWiring.class)
                .getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE)
                .stream()
                .map(wire -> (String) wire.getCapability().getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE))
                .collect(Collectors.toSet());
    }
}
