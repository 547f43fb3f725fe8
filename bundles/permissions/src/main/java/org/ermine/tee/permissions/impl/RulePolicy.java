// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.permissions.impl;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.ermine.tee.embedded.options.Options;
import org.ermine.tee.runtime.PermissionsDTO;
import org.ermine.tee.spi.policy.PermissionPolicy;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy that decides by configured rules. Until the first valid configuration nothing is permitted, since by
 * default everything would be. The same holds without a configuration if the framework requires permissions, since
 * Configuration Admin may not be there yet.
 *
 * <p>{@code rules} is what is in force; the listener is called after it changed. Declarative Services report changes of
 * the configuration one after the other.
 */
@Component(configurationPid = PermissionsConfiguration.PID)
@Designate(ocd = PermissionsConfiguration.class)
public final class RulePolicy implements PermissionPolicy {

    private static final Logger LOG = LoggerFactory.getLogger(RulePolicy.class);

    /** The property of the framework or the system by which core requires permissions, whatever is configured. */
    static final String REQUIRED = "org.ermine.tee.core.requirePermissions";

    private final boolean configurationRequired;
    private final Signatures signatures = new Signatures();
    /** The options; null until the first valid ones. */
    private Options<PermissionsConfiguration, Rules> options;

    private volatile Runnable listener = () -> {};
    private volatile String failure = "";
    private volatile Rules rules = Rules.NONE;

    @Activate
    public RulePolicy(BundleContext bundle, PermissionsConfiguration configuration, Map<String, Object> properties) {
        String required = bundle.getProperty(REQUIRED);
        configurationRequired =
                required != null && !required.strip().toLowerCase(Locale.ROOT).equals("false");
        start(configuration, properties);
        enforce(properties);
    }

    private void start(PermissionsConfiguration configuration, Map<String, Object> properties) {
        try {
            options = new Options<>(
                    PermissionsConfiguration.PID,
                    PermissionsConfiguration.class,
                    configuration,
                    properties,
                    Rules::read,
                    LOG::error);
            failure = "";
        } catch (IllegalArgumentException e) {
            failure = e.getMessage();
            LOG.error("{}; nothing is permitted to anybody until it is right", failure);
        }
    }

    @Modified
    void modified(PermissionsConfiguration changed, Map<String, Object> properties) {
        Rules before = rules;
        if (options == null) {
            start(changed, properties);
        } else {
            options.change(changed, properties);
        }
        enforce(properties);
        if (!rules.equals(before)) {
            LOG.info("permissions changed");
            listener.run();
        }
    }

    /** Takes a configuration over, which is known by its PID: a component without a configuration has none. */
    private void enforce(Map<String, Object> properties) {
        if (configurationRequired && properties.get(Constants.SERVICE_PID) == null) {
            failure = "permissions are required, and there is no configuration " + PermissionsConfiguration.PID;
            rules = Rules.NONE;
            LOG.warn("{}; nothing is permitted to anybody until there is", failure);
        } else if (options != null) {
            failure = "";
            rules = options.inForce();
        }
    }

    /** Returns why a bundle may not do something. A bundle that cannot be checked is refused. */
    @Override
    public String objection(Bundle bundle, Right right, String name) {
        try {
            return checked(bundle, right, name);
        } catch (Throwable e) {
            return "it cannot be checked: " + e;
        }
    }

    private String checked(Bundle bundle, Right right, String name) {
        Rules present = rules;
        if (present.isOpen(right)) {
            return null;
        }
        if (bundle == null) {
            return "the bundle is gone";
        }
        String objection = failure.isEmpty()
                ? "no rule of option " + right.option() + " of " + PermissionsConfiguration.PID + " permits it"
                : "nothing is permitted until the configuration is right";
        for (Rule rule : present.of(right)) {
            if (rule.concerns(symbolicName(bundle), name)) {
                String unsigned = rule.signer() == null
                        ? null
                        : signatures.of(bundle).objection(rule.signer(), present.authorities());
                if (unsigned == null) {
                    return null;
                }
                objection = "rule '" + rule.text() + "' does not apply: " + unsigned;
            }
        }
        return objection;
    }

    private static String symbolicName(Bundle bundle) {
        return bundle.getSymbolicName() == null ? bundle.getLocation() : bundle.getSymbolicName();
    }

    @Override
    public void describe(PermissionsDTO permissions) {
        Rules present = rules;
        permissions.leftOpen = Arrays.stream(Right.values())
                .filter(present::isOpen)
                .map(Right::option)
                .toArray(String[]::new);
        permissions.rules = Arrays.stream(Right.values())
                .flatMap(right -> present.of(right).stream().map(rule -> right.option() + " = " + rule.text()))
                .toArray(String[]::new);
        permissions.failure = failure;
    }

    @Override
    public void onChange(Runnable told) {
        listener = told == null ? () -> {} : told;
    }
}
