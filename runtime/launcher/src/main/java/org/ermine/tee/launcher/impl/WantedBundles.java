// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.launcher.impl;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.felix.main.AutoProcessor;
import org.osgi.framework.Bundle;

/**
 * The bundles that the configuration tells Felix' {@link AutoProcessor} to install. It says on the standard output
 * which of them it could not install, and goes on without them.
 */
final class WantedBundles {

    /** Between spaces, but for those in quotation marks. */
    private static final Pattern LOCATION = Pattern.compile("(?:\"[^\"]*+\"?+|[^\" ]++)++");

    private static final Pattern SEPARATOR = Pattern.compile(" *, *");

    private final SortedSet<String> locations = new TreeSet<>();

    WantedBundles(Map<String, String> configuration) {
        configuration.forEach((key, value) -> {
            if (key.startsWith(AutoProcessor.AUTO_START_PROP) || key.startsWith(AutoProcessor.AUTO_INSTALL_PROP)) {
                locations.addAll(locations(value));
            }
        });
        String actions = configuration.getOrDefault(AutoProcessor.AUTO_DEPLOY_ACTION_PROPERTY, "");
        if (List.of(SEPARATOR.split(actions.trim())).contains(AutoProcessor.AUTO_DEPLOY_INSTALL_VALUE)) {
            addJars(configuration.getOrDefault(
                    AutoProcessor.AUTO_DEPLOY_DIR_PROPERTY, AutoProcessor.AUTO_DEPLOY_DIR_VALUE));
        }
    }

    /** Locations in a value of the configuration. */
    static List<String> locations(String value) {
        return LOCATION.matcher(value)
                .results()
                .map(MatchResult::group)
                .map(location -> location.replace("\"", "").trim())
                .filter(location -> !location.isEmpty())
                .toList();
    }

    private void addJars(String folder) {
        File[] jars = new File(folder).listFiles((parent, name) -> name.endsWith(".jar"));
        if (jars != null) {
            for (File jar : jars) {
                locations.add(jar.toURI().toString());
            }
        }
    }

    /** Locations of those that are not installed, in order. */
    List<String> missingAmong(Bundle... installed) {
        List<String> missing = new ArrayList<>(locations);
        for (Bundle bundle : installed) {
            missing.remove(bundle.getLocation());
        }
        return missing;
    }
}
