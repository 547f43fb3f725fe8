// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.options;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.ermine.tee.embedded.options.OptionReader;
import org.ermine.tee.embedded.options.Options;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The options of core that are in force. Thread safe; Declarative Services tell of one change after the other. */
@Component(service = CoreOptions.class, configurationPid = CoreConfiguration.PID)
@Designate(ocd = CoreConfiguration.class)
public final class CoreOptions {

    private static final Logger LOG = LoggerFactory.getLogger(CoreOptions.class);

    /**
     * The property of the framework or the system that requires permissions from the start, whatever the configuration
     * says.
     */
    static final String REQUIRE_PERMISSIONS = CoreConfiguration.PID + ".requirePermissions";

    private final boolean permissionsRequiredByFramework;
    private final Options<CoreConfiguration, Values> options;
    private volatile Runnable listener = () -> {};

    /** The options that are in force, as one immutable set. */
    private record Values(
            Duration unregister, Duration leakLog, int contexts, int ownerSharePercent, boolean permissionsRequired) {

        static Values read(OptionReader<CoreConfiguration> options) {
            return new Values(
                    Duration.ofMillis(options.number(CoreConfiguration::unregisterMillis)),
                    Duration.ofSeconds(options.number(CoreConfiguration::leakLogSeconds)),
                    options.integer(CoreConfiguration::contexts),
                    options.integer(CoreConfiguration::ownerSharePercent),
                    options.flag(CoreConfiguration::requirePermissions, true));
        }
    }

    @Activate
    public CoreOptions(BundleContext bundle, CoreConfiguration configuration, Map<String, Object> properties) {
        this(isRequired(bundle.getProperty(REQUIRE_PERMISSIONS)), configuration, properties);
    }

    /**
     * @param permissionsRequiredByFramework whether the property of the framework or the system requires permissions
     */
    public CoreOptions(
            boolean permissionsRequiredByFramework, CoreConfiguration configuration, Map<String, ?> properties) {
        this.permissionsRequiredByFramework = permissionsRequiredByFramework;
        options = new Options<>(
                CoreConfiguration.PID, CoreConfiguration.class, configuration, properties, Values::read, LOG::error);
    }

    /** Any text but "false" requires permissions, so that a misspelled value does not leave everything open. */
    private static boolean isRequired(String property) {
        return property != null && !property.strip().toLowerCase(Locale.ROOT).equals("false");
    }

    /** Takes changed options over if all of them are valid. */
    @Modified
    public void modified(CoreConfiguration changed, Map<String, Object> properties) {
        if (options.change(changed, properties)) {
            listener.run();
        }
    }

    /**
     * Sets what is to be called after options changed, in place of what was set before.
     *
     * @param told null for nothing
     */
    public void onChange(Runnable told) {
        listener = told == null ? () -> {} : told;
    }

    /** Whether nothing is permitted while no bundle decides. */
    public boolean permissionsRequired() {
        return permissionsRequiredByFramework || options.inForce().permissionsRequired();
    }

    /** Returns how long a device that goes away waits for the end of its contexts. */
    public Duration unregister() {
        return options.inForce().unregister();
    }

    /** Returns the shortest time between two messages about the leaks of one owner. */
    public Duration leakLog() {
        return options.inForce().leakLog();
    }

    /** Returns how many contexts a device may have. */
    public int contexts() {
        return options.inForce().contexts();
    }

    /** Returns which part of the contexts of a device one owner may have, in percent. */
    public int ownerSharePercent() {
        return options.inForce().ownerSharePercent();
    }
}
