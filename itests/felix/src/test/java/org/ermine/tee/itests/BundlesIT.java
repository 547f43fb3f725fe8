// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** The bundles of Ermine run together on Felix. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class BundlesIT {

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] container() {
        return new Option[] {ErmineOptions.everything()};
    }

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
