// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.fakes.Fake;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.shm.impl.PooledSharedMemory;
import org.ermine.tee.shm.limit.MemoryLimits;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.spi.TeeDriver;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

@Timeout(20)
class QcomTeeDriversTest {

    /** What happened, in order. */
    private final List<String> events = new ArrayList<>();

    private final PooledSharedMemory memory = new PooledSharedMemory(new MemoryLimits(1 << 20, 0));
    private final SecureChannel channel = new SecureChannel() {
        @Override
        public void invoke(SecureCall call) {
            events.add("invoke");
            call.respond(1, 0);
        }

        @Override
        public void callbackResponse(SecureCall call) {
            throw new AssertionError("there was no callback");
        }
    };
    private TeeDriver driver;
    private Dictionary<?, ?> properties;
    private boolean refuse;

    private QcomTeeDrivers drivers() {
        BundleContext bundle = Fake.of(BundleContext.class, (self, method, arguments) -> {
            assertEquals("registerService", method.getName());
            if (refuse) {
                throw new IllegalStateException("the bundle stops");
            }
            driver = (TeeDriver) arguments[1];
            properties = (Dictionary<?, ?>) arguments[2];
            events.add("register " + properties.get(TeeDevice.DEVICE_NAME));
            return registration();
        });
        return new QcomTeeDrivers(
                bundle,
                memory,
                new DeviceLimits(
                        TimeUnit.SECONDS.toNanos(1),
                        0,
                        10,
                        10,
                        10,
                        TimeUnit.SECONDS.toNanos(1),
                        1,
                        0,
                        1 << 20,
                        1000,
                        8 << 20,
                        100_000,
                        4));
    }

    private ServiceRegistration<?> registration() {
        return Fake.of(ServiceRegistration.class, (self, method, none) -> {
            assertEquals("unregister", method.getName());
            TestHost host = new TestHost("owner");
            host.context = driver.open(host);
            host.context.closeContext();
            host.release();
            events.add("unregister");
            return null;
        });
    }

    private static boolean threadIsLeft() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().matches("ermine-release(-watch)?-drivers-test"));
    }

    @Test
    @DisplayName("ERM-17, TRAP-26, CTX-11: a driver is registered when it is ready, and works until it is unregistered")
    void order() {
        QcomTeeDrivers drivers = drivers();
        drivers.addChannel(channel, Map.of(TeeDevice.DEVICE_NAME, "drivers-test"));
        assertEquals(List.of("invoke", "register drivers-test"), events);
        drivers.removeChannel(channel);
        assertEquals(List.of("invoke", "register drivers-test", "unregister"), events);
        TeeException gone = assertThrows(TeeException.class, () -> driver.open(new TestHost("late")));
        assertEquals(Errno.EINVAL, gone.errno().orElseThrow());
        assertFalse(threadIsLeft());
        assertEquals(0, memory.statistics().buffersInUse);
    }

    @Test
    void aChannelForDevelopmentMakesADriverForDevelopment() {
        QcomTeeDrivers drivers = drivers();
        drivers.addChannel(channel, Map.of(TeeDevice.DEVICE_NAME, "drivers-test"));
        assertEquals(false, properties.get(TeeDevice.DEVELOPMENT));
        drivers.removeChannel(channel);
        drivers.addChannel(channel, Map.of(TeeDevice.DEVICE_NAME, "drivers-test", TeeDevice.DEVELOPMENT, true));
        assertEquals(true, properties.get(TeeDevice.DEVELOPMENT));
        drivers.removeChannel(channel);
    }

    @Test
    @DisplayName("ERM-17: a driver that cannot be registered leaves nothing behind")
    void refused() {
        refuse = true;
        QcomTeeDrivers drivers = drivers();
        Map<String, Object> properties = Map.of(TeeDevice.DEVICE_NAME, "drivers-test");
        assertThrows(IllegalStateException.class, () -> drivers.addChannel(channel, properties));
        assertFalse(threadIsLeft());
        assertEquals(0, memory.statistics().buffersInUse);
        drivers.removeChannel(channel);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    @DisplayName("A channel without a name is ignored")
    void unnamed(String name) {
        QcomTeeDrivers drivers = drivers();
        drivers.addChannel(channel, Map.of(TeeDevice.DEVICE_NAME, name));
        drivers.addChannel(channel, Map.of(TeeDevice.DEVICE_NAME, 5));
        drivers.addChannel(channel, Map.of());
        assertEquals(List.of(), events);
        drivers.removeChannel(channel);
    }
}
