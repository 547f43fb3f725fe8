// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** The bundles of Ermine run together on Felix. */
public class BundlesIT extends ErmineContainer {

    @Test
    public void theFrameworkIsFelix() {
        assertEquals("org.apache.felix.framework", context.getBundle(0).getSymbolicName());
    }

    @Test
    public void everyBundleIsActive() {
        Map<String, Integer> expected = new TreeMap<>();
        ErmineBundles.ALL.forEach(name -> expected.put(name, Bundle.ACTIVE));

        Map<String, Integer> states = Arrays.stream(context.getBundles())
                .filter(bundle -> ErmineBundles.ALL.contains(bundle.getSymbolicName()))
                .collect(Collectors.toMap(Bundle::getSymbolicName, Bundle::getState, (a, b) -> a, TreeMap::new));

        assertEquals("state of each Ermine bundle (32 is ACTIVE)", expected, states);
    }
}
