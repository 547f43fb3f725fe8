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

    /** The property of the framework or the system that requires permissions from the start, whatever is configured later. */
    static final String REQUIRE_PERMISSIONS = CoreConfiguration.PID + ".requirePermissions";

    private final boolean permissionsRequiredByFramework;
    private final Options<CoreConfiguration, Values> options;
    private volatile Runnable listener = () -> {};

    /** How long to wait, how often to tell, how many contexts there may be, and whether somebody is to judge. */
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

    /** @param permissionsRequiredByFramework whether the property says so */
    public CoreOptions(
            boolean permissionsRequiredByFramework, CoreConfiguration configuration, Map<String, ?> properties) {
        this.permissionsRequiredByFramework = permissionsRequiredByFramework;
        options = new Options<>(
                CoreConfiguration.PID, CoreConfiguration.class, configuration, properties, Values::read, LOG::error);
    }

    /** Whoever sets the property means it, however it is written, unless it says false. */
    private static boolean isRequired(String property) {
        return property != null && !property.strip().toLowerCase(Locale.ROOT).equals("false");
    }

    /** Takes changed options over, if all of them are right. */
    @Modified
    public void modified(CoreConfiguration changed, Map<String, Object> properties) {
        if (options.change(changed, properties)) {
            listener.run();
        }
    }

    /**
     * Says who is to be told after options changed; in the place of who was told before.
     *
     * @param told null for nobody
     */
    public void onChange(Runnable told) {
        listener = told == null ? () -> {} : told;
    }

    /** Whether nothing is permitted while no bundle judges. */
    public boolean permissionsRequired() {
        return permissionsRequiredByFramework || options.inForce().permissionsRequired();
    }

    /** How long a device that goes away waits for its contexts. */
    public Duration unregister() {
        return options.inForce().unregister();
    }

    /** How often an owner's leaks are told at most. */
    public Duration leakLog() {
        return options.inForce().leakLog();
    }

    /** The most contexts that a device may have. */
    public int contexts() {
        return options.inForce().contexts();
    }

    /** How many of them one owner may have, in percent. */
    public int ownerSharePercent() {
        return options.inForce().ownerSharePercent();
    }
}
