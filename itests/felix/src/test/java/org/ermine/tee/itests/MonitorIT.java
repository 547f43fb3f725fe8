// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.inventory.Format;
import org.apache.felix.inventory.InventoryPrinter;
import org.ermine.tee.supplicant.ListenerHandler;
import org.junit.Test;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventConstants;
import org.osgi.service.event.EventHandler;

/** Health checks, inventory and events, where the services they are made for are there. */
public class MonitorIT extends ErmineContainer {

    private static final int LISTENER = 0x4711;

    @Override
    Option further() {
        return ErmineOptions.operatorsServices();
    }

    private Map<String, Result.Status> health() throws Exception {
        Map<String, Result.Status> health = new TreeMap<>();
        Collection<ServiceReference<HealthCheck>> checks =
                context.getServiceReferences(HealthCheck.class, "(" + HealthCheck.TAGS + "=ermine)");
        for (ServiceReference<HealthCheck> check : checks) {
            health.put(
                    (String) check.getProperty(HealthCheck.NAME),
                    context.getService(check).execute().getStatus());
            context.ungetService(check);
        }
        return health;
    }

    private ServiceRegistration<?> register(Map<String, Object> properties) {
        ListenerHandler handler = message -> {};
        return context.registerService(ListenerHandler.class, handler, FrameworkUtil.asDictionary(properties));
    }

    @Test
    public void everythingIsHealthyButTheTeeIsForDevelopment() throws Exception {
        container.requireService("(&(objectClass=org.ermine.tee.TeeDevice)(tee.servesCallbacks=true))");
        Map<String, Result.Status> expected = new TreeMap<>(Map.of(
                "Ermine devices", Result.Status.OK,
                "Ermine handlers", Result.Status.OK,
                "Ermine leaks", Result.Status.OK,
                "Ermine release queue", Result.Status.OK,
                "Ermine requests", Result.Status.OK,
                "Ermine shared memory", Result.Status.OK,
                "Ermine permissions", Result.Status.WARN,
                "Ermine development TEE", Result.Status.WARN));
        assertEquals(expected, health());

        container.configure(
                "org.ermine.tee.monitor", Map.of("developmentAllowed", true, "openPermissionsAllowed", true));
        expected.put("Ermine development TEE", Result.Status.OK);
        expected.put("Ermine permissions", Result.Status.OK);
        InContainer.await("the configuration takes effect", () -> {
            try {
                return health().equals(expected);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });

        ServiceRegistration<?> broken = register(Map.of(ListenerHandler.ID, LISTENER));
        assertEquals(Result.Status.WARN, health().get("Ermine handlers"));
        broken.unregister();
        assertEquals(Result.Status.OK, health().get("Ermine handlers"));
    }

    @Test
    public void theInventoryShowsTheDeviceInTextAndJson() throws Exception {
        container.requireService("(objectClass=org.ermine.tee.TeeDevice)");
        InventoryPrinter printer = container.service(InventoryPrinter.class);

        assertTrue(print(printer, Format.TEXT), print(printer, Format.TEXT).contains("- name: qtee-emulator"));
        assertTrue(print(printer, Format.JSON), print(printer, Format.JSON).contains("\"name\" : \"qtee-emulator\""));
    }

    private static String print(InventoryPrinter printer, Format format) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        printer.print(out, format, false);
        out.flush();
        return text.toString();
    }

    @Test
    public void aHandlerThatComesAndGoesIsAnEvent() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        EventHandler handler = (Event event) -> events.add(event.getTopic() + " " + event.getProperty("name"));
        ServiceRegistration<?> subscription = context.registerService(
                EventHandler.class,
                handler,
                FrameworkUtil.asDictionary(Map.of(
                        EventConstants.EVENT_TOPIC, "org/ermine/tee/Handler/*",
                        EventConstants.EVENT_FILTER, "(name=0x4711)")));
        ServiceRegistration<?> listener =
                register(Map.of(ListenerHandler.ID, LISTENER, ListenerHandler.BUFFER_SIZE, 4096));
        assertEquals("org/ermine/tee/Handler/ADDED 0x4711", events.poll(20, TimeUnit.SECONDS));

        listener.unregister();
        assertEquals("org/ermine/tee/Handler/REMOVED 0x4711", events.poll(20, TimeUnit.SECONDS));
        subscription.unregister();
    }
}
