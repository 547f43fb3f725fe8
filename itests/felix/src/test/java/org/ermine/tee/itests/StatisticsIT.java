// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.Diagnostics;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.LatencyDTO;
import org.ermine.tee.runtime.StatisticsDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.supplicant.ListenerHandler;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;

/** How long things take, as an operator sees it. */
public class StatisticsIT extends ErmineContainer {

    private static final String PID = "org.ermine.tee.statistics";

    private TeeRuntime runtime;

    @Before
    public void find() throws Exception {
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

    private String shell(String commandLine) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CommandSession session = container
                .service(CommandProcessor.class)
                .createSession(new ByteArrayInputStream(new byte[0]), out, out)) {
            session.execute(commandLine);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    public void theShellShowsThem() throws Exception {
        container.requireService("(osgi.command.function=statistics)");
        container.configure(PID, Map.of("sampling", 1));
        work();
        String table = shell("tee:statistics");
        assertTrue(table, table.startsWith("DEVICE         KIND ") && table.contains("qtee-emulator  invocation "));
        String histogram = shell("tee:statistics --histogram");
        assertTrue(histogram, histogram.contains(" %"));
    }

    @Test
    public void managementToolsSeeThem() throws Exception {
        container.configure(PID, Map.of("sampling", 1));
        work();
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName name = new ObjectName("org.ermine.tee:type=Statistics");
        InContainer.await(name + " is registered", () -> server.isRegistered(name));
        TabularData latencies = (TabularData) server.getAttribute(name, "Latencies");
        CompositeData invocations = latencies.get(new Object[] {"qtee-emulator", "invocation"});
        assertTrue(latencies.toString(), (Long) invocations.get("count") > 0);
        TabularData devices = (TabularData) server.getAttribute(name, "Devices");
        assertTrue(
                devices.toString(),
                (Long) devices.get(new Object[] {"qtee-emulator"}).get("invocations") > 0);
        assertFalse(((TabularData) server.getAttribute(name, "Histograms")).isEmpty());
    }

    @Test
    public void aRecordingHasEventsOfAllKinds() throws Exception {
        container.requireService("(osgi.command.function=record)");
        Path folder = Files.createTempDirectory("recording");
        Path file = folder.resolve("ermine.jfr");
        container.configure(PID, Map.of("sampling", 1, "enabled", false));
        shell("tee:record " + file);
        work();
        Bundle owner = FrameworkUtil.getBundle(
                container.service(ConfigurationAdmin.class).getClass());
        refuse(owner.getBundleContext());
        context.registerService(
                        ListenerHandler.class,
                        (ListenerHandler) message -> {},
                        FrameworkUtil.asDictionary(
                                Map.of(ListenerHandler.ID, 0x4712, ListenerHandler.BUFFER_SIZE, 4096)))
                .unregister();
        shell("tee:record --stop");

        Map<String, RecordedEvent> events = new TreeMap<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            String type = event.getEventType().getName();
            if (type.startsWith("org.ermine.tee.")) {
                events.putIfAbsent(type.substring("org.ermine.tee.".length()), event);
            }
        }
        assertEquals(Set.of("Invocation", "Callback", "Refusal", "Release", "HandlerSwap"), events.keySet());
        RecordedEvent callback = events.get("Callback");
        assertEquals("qtee-emulator", callback.getString("device"));
        assertTrue(callback.toString(), callback.getLong("context") > 0);
        assertTrue(callback.toString(), callback.getLong("ownerBundle") > 0);
        RecordedEvent refusal = events.get("Refusal");
        assertEquals("EINVAL", refusal.getString("errno"));
        // This text is new to the recorder; of one that an earlier recording had, JDK 17 may forget what it is.
        assertTrue(refusal.toString(), refusal.getString("owner").contains(owner.getSymbolicName()));
        assertEquals(owner.getBundleId(), refusal.getLong("ownerBundle"));
        assertEquals("0x4712", events.get("HandlerSwap").getString("name"));
        Files.delete(file);
        Files.delete(folder);
    }

    /** Does it in a context that belongs to the bundle of this bundle context. */
    private static void refuse(BundleContext owner) throws TeeException {
        ServiceReference<TeeDevice> device = owner.getServiceReference(TeeDevice.class);
        try (TeeContext context = owner.getService(device).open()) {
            assertThrows(TeeException.class, () -> context.root().invoke(-1, new Arguments()));
        } finally {
            owner.ungetService(device);
        }
    }

    @Test
    public void aRecordingThatCannotBeMadeIsRefusedByName() throws Exception {
        container.requireService("(osgi.command.function=record)");
        Path folder = Files.createTempDirectory("recording");
        Path file = Files.createFile(folder.resolve("there.jfr"));
        assertRefused("tee:record " + file, file + ": the file is there already");
        assertRefused("tee:record " + folder + "/none/x.jfr", folder + "/none: there is no such folder");
        assertRefused("tee:record --stop", "no recording is running");
        assertRefused("tee:record " + folder + "/x.jfr 5x", "not a duration: 5x; expected for example 30s, 5m or 2h");

        Path first = folder.resolve("first.jfr");
        shell("tee:record " + first + " 1h");
        assertRefused("tee:record " + folder + "/second.jfr", "a recording to " + first + " is running already");
        shell("tee:record --stop");
        assertTrue(Files.size(first) > 0);
        for (Path each : List.of(first, file, folder)) {
            Files.delete(each);
        }
    }

    private void assertRefused(String commandLine, String reason) {
        Exception failure = assertThrows(Exception.class, () -> shell(commandLine));
        assertEquals("tee:record: " + reason, unwrapped(failure.getMessage()));
    }

    /** The text without the breaks that fit it to the console. */
    private static String unwrapped(String message) {
        return message.replaceAll("\n\\s*", " ");
    }

    @Test
    public void aRecordingOfOthersHasTheEventsToo() throws Exception {
        container.configure(PID, Map.of("sampling", 1, "enabled", false));
        Path file = Files.createTempFile("recording", ".jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            work();
            recording.stop();
            recording.dump(file);
        }
        assertTrue(RecordingFile.readAllEvents(file).stream()
                .anyMatch(event -> event.getEventType().getName().equals("org.ermine.tee.Invocation")));
        Files.delete(file);
        assertTrue("nobody records any more", context.getServiceReference("org.ermine.tee.spi.TeeObserver") == null);
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
