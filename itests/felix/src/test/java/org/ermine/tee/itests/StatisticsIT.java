// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.inject.Inject;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.Diagnostics;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.LatencyDTO;
import org.ermine.tee.runtime.StatisticsDTO;
import org.ermine.tee.runtime.TeeRuntime;
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

/** How long things take, as an operator sees it. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class StatisticsIT {

    private static final String PID = "org.ermine.tee.statistics";

    @Rule
    public final Timeout limit = Timeout.seconds(60);

    @Inject
    private BundleContext bundle;

    private InContainer container;
    private TeeRuntime runtime;

    @Configuration
    public Option[] container() {
        return new Option[] {ErmineOptions.everything()};
    }

    @Before
    public void find() throws Exception {
        container = new InContainer(bundle);
        container.requireService("(&(objectClass=" + TeeDevice.class.getName() + ")(tee.servesCallbacks=true))");
        runtime = container.service(TeeRuntime.class);
    }

    @After
    public void restoreOptions() throws Exception {
        container.configure(PID, Map.of());
    }

    private void work() throws Exception {
        try (TeeContext context = container.service(TeeDevice.class).open();
                ClientEnv environment = ClientEnv.register(context);
                Diagnostics diagnostics = Diagnostics.open(environment)) {
            assertTrue(diagnostics.queryHeapInfo().free() > 0);
        }
    }

    private StatisticsDTO statistics() {
        return runtime.snapshot().statistics;
    }

    private List<String> kinds() {
        StatisticsDTO statistics = statistics();
        return statistics == null
                ? List.of()
                : Arrays.stream(statistics.latencies)
                        .filter(latency -> latency.count > 0)
                        .map(latency -> latency.device + " " + latency.kind)
                        .toList();
    }

    @Test
    public void whatClientsAndCallbacksDoIsMeasured() throws Exception {
        container.configure(PID, Map.of("sampling", 1));
        work();
        // A callback ends when its answer is out, which the client does not wait for.
        InContainer.await(
                () -> "all kinds: " + kinds(),
                () -> kinds().equals(
                                List.of("qtee-emulator callback", "qtee-emulator invocation", "qtee-emulator queue")));
        for (LatencyDTO latency : statistics().latencies) {
            assertEquals(
                    latency.toString(),
                    latency.count,
                    Arrays.stream(latency.buckets)
                            .mapToLong(bucket -> bucket.count)
                            .sum());
            assertTrue(latency.toString(), latency.min <= latency.p50 && latency.p50 <= latency.max);
        }
        DeviceDTO device = runtime.snapshot().devices[0];
        assertTrue(device.toString(), device.invocations > 0 && device.callbacks > 0);
    }

    @Test
    public void switchedOffNothingIsMeasuredAndSwitchedOnItBeginsAnew() throws Exception {
        work();
        container.configure(PID, Map.of("enabled", false));
        assertNull(statistics());
        work();
        container.configure(PID, Map.of("enabled", "true", "sampling", "1"));
        StatisticsDTO anew = statistics();
        assertNotNull(anew);
        assertEquals("nothing was measured", List.of(), kinds());
    }

    @Test
    public void aTypingMistakeIsRefusedAndChangesNothing() throws Exception {
        container.configure(PID, Map.of("sampling", 3));
        assertEquals(3, statistics().sampling);
        container.configure(PID, Map.of("enabled", "ture", "sampling", 5));
        assertNotNull("switched off by a typing mistake", statistics());
        assertEquals(3, statistics().sampling);
        container.configure(PID, Map.of("sampling", 0));
        assertEquals(3, statistics().sampling);
    }

    @Test
    public void withoutTheBundleNothingIsMeasuredAndAllElseGoesOn() throws Exception {
        container.bundle(PID).stop();
        try {
            assertNull(statistics());
            work();
            assertFalse(runtime.snapshot().devices[0].invocations == 0);
        } finally {
            container.bundle(PID).start();
        }
        assertNotNull(statistics());
    }
}
