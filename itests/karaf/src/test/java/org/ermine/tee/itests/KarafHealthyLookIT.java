// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.inject.Inject;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.Timeout;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/**
 * What an operator reads in Karaf's console of a system in which nothing is wrong: of whichever features it consists,
 * no bundle waits, and none has anything to diagnose.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class KarafHealthyLookIT {

    /** Each feature, with those that Karaf is to be told of beside it since any that offer the same would do. */
    private static final Map<String, List<String>> FEATURES = new LinkedHashMap<>();

    static {
        for (String feature : List.of(
                "ermine-api",
                "ermine-core",
                "ermine-permissions",
                "ermine-mink",
                "ermine-supplicant",
                "ermine-supplicant-time",
                "ermine-supplicant-gpfs",
                "ermine-emulator",
                "ermine-shell",
                "ermine-statistics",
                "ermine-monitor",
                "ermine")) {
            FEATURES.put(feature, List.of());
        }
        FEATURES.put("ermine-qcomtee", List.of("ermine-emulator"));
        FEATURES.put("ermine-ta-sealed-storage", List.of("ermine-emulator"));
        FEATURES.put("ermine-sealed-storage", List.of("ermine-emulator", "ermine-qcomtee"));
        FEATURES.put("ermine-webconsole", List.of("http"));
    }

    @Rule
    public final Timeout timeout = Timeout.seconds(600);

    @Inject
    private BundleContext context;

    @Inject
    private SessionFactory console;

    private InContainer container;
    private KarafShell shell;

    @Configuration
    public Option[] karaf() {
        return new Option[] {KarafOptions.plainKaraf()};
    }

    @Before
    public void addFeatures() throws Exception {
        container = new InContainer(context);
        shell = new KarafShell(console);
        shell.run(KarafCommands.ADD);
    }

    @After
    public void removeFeatures() throws Exception {
        shell.run(KarafCommands.REMOVE);
    }

    @Test
    public void eachFeatureByItself() throws Exception {
        for (String feature : FEATURES.keySet()) {
            String features = withWhatItNeeds(feature);
            shell.run(KarafCommands.INSTALL + features);
            awaitHealthyLook(features);
            uninstall(features);
        }
    }

    @Test
    public void oneMoreFeatureAfterTheOther() throws Exception {
        for (String feature : FEATURES.keySet()) {
            shell.run(KarafCommands.INSTALL + withWhatItNeeds(feature));
            awaitHealthyLook("up to " + feature);
        }
        uninstall(String.join(" ", FEATURES.keySet()) + " http");
        awaitHealthyLook("nothing of Ermine");
    }

    private static String withWhatItNeeds(String feature) {
        return (String.join(" ", FEATURES.get(feature)) + " " + feature).strip();
    }

    private void awaitHealthyLook(String features) throws Exception {
        InContainer.await(
                () -> features + ": a bundle waits: " + output("bundle:list -t 0"),
                () -> !output("bundle:list -t 0").contains("Waiting"));
        assertEquals("diagnosis of " + features, "", output("bundle:diag").strip());
    }

    /** Takes configurations away too: not before all who listen have looked at them. */
    private void uninstall(String features) throws Exception {
        container.awaitTold();
        shell.run(KarafCommands.UNINSTALL + features);
    }

    /** What a command prints, or why it fails. */
    private String output(String command) {
        try {
            return shell.run(command);
        } catch (Exception e) {
            return e.toString();
        }
    }
}
