// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.mavenBundle;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import java.io.File;
import java.util.Arrays;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.options.MavenArtifactProvisionOption;

/**
 * What a test container is made of, in parts that a test puts together.
 *
 * <p>Evaluated by the test driver, outside the container.
 */
public final class ErmineOptions {

    private ErmineOptions() {}

    /** Everything Ermine has, and what it needs. */
    public static Option everything() {
        return composite(logging(), configadmin(), metatype(), scr(), gogo(), json(), histograms(), ermine(), test());
    }

    /** SLF4J, with warnings and above on the console. */
    public static Option logging() {
        return composite(
                systemProperty("org.ops4j.pax.logging.StaticLogbackFile").value(System.getProperty("ermine.logback")),
                systemProperty("org.ops4j.pax.logging.DefaultServiceLog.level").value("WARN"),
                inProject("org.ops4j.pax.logging", "pax-logging-api").startLevel(1),
                inProject("org.ops4j.pax.logging", "pax-logging-logback").startLevel(1));
    }

    public static Option configadmin() {
        return inProject("org.apache.felix", "org.apache.felix.configadmin").startLevel(1);
    }

    public static Option metatype() {
        return inProject("org.apache.felix", "org.apache.felix.metatype").startLevel(1);
    }

    /** Declarative Services. */
    public static Option scr() {
        return composite(
                inProject("org.osgi", "org.osgi.util.function").startLevel(1),
                inProject("org.osgi", "org.osgi.util.promise").startLevel(1),
                inProject("org.osgi", "org.osgi.service.component").startLevel(1),
                inProject("org.apache.felix", "org.apache.felix.scr").startLevel(1));
    }

    /** The command processor without a terminal. */
    public static Option gogo() {
        return inProject("org.apache.felix", "org.apache.felix.gogo.runtime").startLevel(1);
    }

    /** What the monitor writes JSON with. */
    public static Option json() {
        return inProject("com.fasterxml.jackson.core", "jackson-core").startLevel(1);
    }

    /** What statistics are kept in. */
    public static Option histograms() {
        return inProject("org.hdrhistogram", "HdrHistogram").startLevel(1);
    }

    /** Health checks, inventory and events, and the bundles of Ermine that are made for them. */
    public static Option operatorsServices() {
        return composite(
                inProject("org.apache.felix", "org.apache.felix.healthcheck.api")
                        .startLevel(1),
                inProject("org.apache.felix", "org.apache.felix.inventory").startLevel(1),
                inProject("org.apache.felix", "org.apache.felix.eventadmin").startLevel(1),
                ermine("org.ermine.tee.monitor.inventory", "org.ermine.tee.monitor.events"));
    }

    /** All of Ermine. */
    public static Option ermine() {
        return ermine(ErmineBundles.ALL.toArray(String[]::new));
    }

    /** The named bundles of Ermine. */
    public static Option ermine(String... symbolicNames) {
        File bundles = new File(System.getProperty("ermine.bundles"));
        return composite(Arrays.stream(symbolicNames)
                .map(name -> bundle(new File(bundles, name + ".jar").toURI().toString()))
                .toArray(Option[]::new));
    }

    /** JUnit; and a bundle that does not resolve is an error, not a skipped test. */
    public static Option test() {
        return composite(systemProperty("pax.exam.osgi.unresolved.fail").value("true"), junitBundles());
    }

    private static MavenArtifactProvisionOption inProject(String groupId, String artifactId) {
        return mavenBundle(groupId, artifactId).versionAsInProject();
    }
}
