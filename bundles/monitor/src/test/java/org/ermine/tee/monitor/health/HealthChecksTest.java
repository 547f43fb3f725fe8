// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.health;

import static org.ermine.tee.runtime.State.context;
import static org.ermine.tee.runtime.State.device;
import static org.ermine.tee.runtime.State.failed;
import static org.ermine.tee.runtime.State.failedService;
import static org.ermine.tee.runtime.State.handler;
import static org.ermine.tee.runtime.State.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.FailedTrustedServiceDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.RefusalDTO;
import org.ermine.tee.runtime.RequestDTO;
import org.ermine.tee.runtime.State;
import org.junit.jupiter.api.Test;

class HealthChecksTest {

    private static final HealthLimits LIMITS = new HealthLimits(false, false, List.of(), 10_000, 90, 30_000);

    private final State state = new State();

    @Test
    void givenNoDeviceThenDevicesAreCritical() {
        assertReports(new DevicesCheck(state), Result.Status.CRITICAL, "there is no device");
    }

    @Test
    void givenADriverThatMakesNoDeviceThenDevicesWarnWithTheReason() {
        state.dto.devices = new DeviceDTO[] {device("tee0")};
        assertReports(new DevicesCheck(state), Result.Status.OK, "device tee0");

        state.dto.failedHandlers = new FailedHandlerDTO[] {failed("driver", "tee0")};
        assertReports(
                new DevicesCheck(state), Result.Status.WARN, "com.example.broken 1.0.0 makes no device: bufferSize");
        assertReports(new HandlersCheck(state, LIMITS), Result.Status.OK, "0 handler(s)");
    }

    @Test
    void givenADeviceForDevelopmentThenThatIsAWarningUnlessAllowed() {
        state.dto.devices = new DeviceDTO[] {device("tee0")};
        assertReports(new DevelopmentCheck(state, LIMITS), Result.Status.OK, "tee0 is a real one");

        state.dto.devices[0].development = true;
        assertReports(new DevelopmentCheck(state, LIMITS), Result.Status.WARN, "tee0 is for development");
        assertReports(
                new DevelopmentCheck(state, new HealthLimits(true, true, List.of(), 1, 1, 1)),
                Result.Status.OK,
                "allowed");
    }

    @Test
    void givenPermissionsThatAreLeftOpenThenThatIsAWarningUnlessAllowed() {
        state.dto.permissions.rules = new String[] {"devices = com.example.*: *", "services = *:*"};
        assertReports(new PermissionsCheck(state, LIMITS, null), Result.Status.OK, "2 rule(s) in force");

        state.dto.permissions.leftOpen = new String[] {"services"};
        assertReports(
                new PermissionsCheck(state, LIMITS, null), Result.Status.WARN, "left open, to every bundle: services");
        assertReports(
                new PermissionsCheck(state, new HealthLimits(true, true, List.of(), 1, 1, 1), null),
                Result.Status.OK,
                "as is allowed here: services");
    }

    @Test
    void givenAConfigurationThatPermitsNothingThenPermissionsAreCritical() {
        state.dto.permissions.failure = "option devices is refused";
        assertReports(
                new PermissionsCheck(state, LIMITS, null),
                Result.Status.CRITICAL,
                "nothing is permitted to anybody: option");
    }

    @Test
    void givenABundleThatDecidesThenPermissionsTellWhatHoldsWithoutIt() {
        state.dto.permissions.enforcedBy = "org.example.rules 1.0.0 [7]";
        assertReports(
                new PermissionsCheck(state, LIMITS, () -> List.of("devices")),
                Result.Status.OK,
                "org.example.rules 1.0.0 [7] decides what is permitted; without a bundle that does, everything is");
        state.dto.permissions.required = true;
        assertReports(
                new PermissionsCheck(state, LIMITS, null),
                Result.Status.OK,
                "decides what is permitted; without a bundle that does, nothing is");
    }

    @Test
    void givenNoBundleThatDecidesThenThatIsToldAndRulesThatAreConfiguredAreAWarningEvenIfOpenPermissionsAreAllowed() {
        HealthLimits allowed = new HealthLimits(true, true, List.of(), 1, 1, 1);
        assertReports(
                new PermissionsCheck(state, allowed, List::of),
                Result.Status.OK,
                "no bundle decides what is permitted: everything is, but to speak for others");
        assertReports(
                new PermissionsCheck(state, allowed, () -> List.of("devices")),
                Result.Status.WARN,
                "there are rules for devices, and no bundle that decides by them");
    }

    @Test
    void givenRefusalsThenPermissionsTellThem() {
        RefusalDTO refusal = new RefusalDTO();
        refusal.bundle = "com.example.app 1.0.0";
        refusal.option = "services";
        refusal.name = "87";
        refusal.reason = "no rule permits it";
        refusal.count = 3;
        state.dto.permissions.refusals = new RefusalDTO[] {refusal};
        assertReports(
                new PermissionsCheck(state, LIMITS, null),
                Result.Status.OK,
                "com.example.app 1.0.0 was refused 3 time(s) by services, last 87: no rule permits it");
    }

    @Test
    void givenAHandlerThatCannotBeUsedThenHandlersWarnWithTheReason() {
        state.dto.failedHandlers = new FailedHandlerDTO[] {failed("listener", "0xb")};

        assertReports(
                new HandlersCheck(state, LIMITS),
                Result.Status.WARN,
                "listener 0xb of com.example.broken 1.0.0 cannot be used: bufferSize is missing");
    }

    @Test
    void givenATrustedServiceThatClientsDoNotReachThenHandlersWarnWithTheReason() {
        state.dto.failedTrustedServices = new FailedTrustedServiceDTO[] {failedService("5000")};

        assertReports(
                new HandlersCheck(state, LIMITS),
                Result.Status.WARN,
                "trusted service 5000 of com.example.sum 1.0.0 is out of reach: qtee.uid is missing");
    }

    @Test
    void givenARequiredHandlerThatIsMissingThenHandlersAreCritical() {
        HealthLimits limits = new HealthLimits(true, true, List.of("0x7000"), 1, 1, 1);
        assertReports(new HandlersCheck(state, limits), Result.Status.CRITICAL, "no handler for 0x7000");

        state.dto.handlers = new HandlerDTO[] {handler("0x7000", 1, true)};
        assertReports(new HandlersCheck(state, limits), Result.Status.OK, "listener 0x7000");
    }

    @Test
    void givenARequestOlderThanTheLimitThenRequestsWarnAndNameIt() {
        state.dto.devices = new DeviceDTO[] {device("tee0", context(request(10_000)))};
        assertReports(new RequestsCheck(state, LIMITS), Result.Status.OK, "1 request(s)");

        state.dto.devices = new DeviceDTO[] {device("tee0", context(request(10_001)))};
        assertReports(
                new RequestsCheck(state, LIMITS),
                Result.Status.WARN,
                "tee0: request 3 to object 77 of com.example.app 1.0.0 (context 7) is PROCESSING for 10001 ms");
    }

    @Test
    void givenMoreOldRequestsThanAnybodyReadsThenSomeAreNamedAndAllAreCounted() {
        RequestDTO[] requests =
                IntStream.range(0, 3000).mapToObj(i -> request(20_000 + i)).toArray(RequestDTO[]::new);
        state.dto.devices = new DeviceDTO[] {device("tee0", context(requests))};

        assertReports(
                new RequestsCheck(state, LIMITS),
                Result.Status.WARN,
                "tee0: 3000 request(s) to com.example.app 1.0.0 are not answered, the oldest for 22999 ms");
        assertReports(new RequestsCheck(state, LIMITS), Result.Status.WARN, "tee0: and 2900 more");
        assertTrue(size(new RequestsCheck(state, LIMITS)) <= Shortened.MOST + 3);
    }

    @Test
    void givenMoreHandlersThanAnybodyReadsThenSomeAreNamedAndAllAreCounted() {
        state.dto.handlers = IntStream.range(0, 3000)
                .mapToObj(i -> handler("0x" + Integer.toHexString(i), i, true))
                .toArray(HandlerDTO[]::new);
        HealthLimits limits = new HealthLimits(true, true, List.of("0xbb7", "0xbb8"), 1, 1, 1);

        assertReports(new HandlersCheck(state, limits), Result.Status.CRITICAL, "3000 handler(s)");
        assertReports(new HandlersCheck(state, limits), Result.Status.CRITICAL, "no handler for 0xbb8");
        assertTrue(size(new HandlersCheck(state, limits)) <= Shortened.MOST + 3);
    }

    private static long size(HealthCheck check) {
        return StreamSupport.stream(check.execute().spliterator(), false).count();
    }

    @Test
    void givenMoreMemoryInUseThanTheLimitThenMemoryWarns() {
        state.dto.memory.inUse = 900;
        assertReports(new MemoryCheck(state, LIMITS), Result.Status.OK, "900 of 1000");

        state.dto.memory.inUse = 901;
        state.dto.memory.refused = 2;
        assertReports(new MemoryCheck(state, LIMITS), Result.Status.WARN, "more than 90 %");
    }

    @Test
    void givenMoreMemoryThanTheLimitThatTheJvmHasNotFreedThenMemoryWarns() {
        state.dto.memory.uncollected = 1000;
        assertReports(new MemoryCheck(state, LIMITS), Result.Status.OK, "1000 bytes were given back, and the JVM");

        state.dto.memory.uncollected = 1001;
        assertReports(
                new MemoryCheck(state, LIMITS),
                Result.Status.WARN,
                "1001 bytes were given back, more than the limit of 1000");
    }

    @Test
    void givenReleasesThatDoNotBecomeFewerThenAfterAWhileThatIsAWarning() {
        Time time = new Time();
        ReleasesCheck check = new ReleasesCheck(state, LIMITS, time);
        state.dto.devices = new DeviceDTO[] {device("tee0")};

        pending(100);
        assertReports(check, Result.Status.OK, "100 object(s)");
        time.millis += 20_000;
        pending(99);
        assertReports(check, Result.Status.OK, "99 object(s)");
        time.millis += 30_000;
        pending(120);
        assertReports(check, Result.Status.OK, "120 object(s)");
        time.millis += 1;
        assertReports(check, Result.Status.WARN, "120 object(s) wait to be released, not fewer since 30001 ms");
        pending(0);
        assertReports(check, Result.Status.OK, "0 object(s)");
        time.millis += 100_000;
        pending(5);
        assertReports(check, Result.Status.WARN, "not fewer since 100000 ms");
    }

    private void pending(int objects) {
        state.dto.devices[0].pendingReleases = objects;
    }

    @Test
    void givenLostObjectsThenLeaksWarn() {
        state.dto.devices = new DeviceDTO[] {device("tee0")};
        assertReports(new LeaksCheck(state), Result.Status.OK, "no object was lost");

        state.dto.devices[0].leakedObjects = 4;
        assertReports(new LeaksCheck(state), Result.Status.WARN, "tee0: 4 object(s) were lost");
    }

    @Test
    void givenNothingAtAllThenOnlyTheMissingDeviceIsReported() {
        assertReports(new DevelopmentCheck(state, LIMITS), Result.Status.OK, "0 device(s)");
        assertReports(new LeaksCheck(state), Result.Status.OK, "0 device(s)");
        assertReports(new ReleasesCheck(state, LIMITS, new Time()), Result.Status.OK, "0 device(s)");
        assertReports(new RequestsCheck(state, LIMITS), Result.Status.OK, "0 request(s)");
        assertReports(new MemoryCheck(state, LIMITS), Result.Status.OK, "0 of 1000");
    }

    private static void assertReports(HealthCheck check, Result.Status status, String part) {
        Result result = check.execute();
        assertEquals(status, result.getStatus(), result.toString());
        boolean said = StreamSupport.stream(result.spliterator(), false)
                .anyMatch(entry -> entry.getMessage().contains(part));
        assertTrue(said, () -> "'" + part + "' in " + result);
    }

    private static final class Time extends Clock {
        private long millis;

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
