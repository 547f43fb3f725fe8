// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.qtee.emulator.impl.TrustedOffers.Kind;
import org.ermine.tee.spi.policy.Permissions;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

class TrustedOffersTest {

    private static final String UID = "uid";
    private static final String UNCLOSEABLE = "uncloseable";

    private final BundleContext bundleContext = mock(BundleContext.class);
    private final Permissions permissions = mock(Permissions.class);
    private final AtomicInteger changes = new AtomicInteger();
    /** What came into the secure world and went. */
    private final List<String> events = new CopyOnWriteArrayList<>();
    /** Has one permit for each event, to wait for. */
    private final Semaphore told = new Semaphore(0);
    /** With which ranking it came. */
    private final List<Object> rankings = new CopyOnWriteArrayList<>();

    private final TrustedOffers<Integer, String> services = new TrustedOffers<>(
            new Kind<>("service", UID, Integer.class, this::open, this::close),
            bundleContext,
            permissions,
            changes::incrementAndGet);

    private final ServiceReference<String> one = reference(1, Map.of(UID, 5000));
    private final ServiceReference<String> two = reference(2, Map.of(UID, 5000));

    /** Read by threads of the services: what they call must not be stubbed anew meanwhile. */
    private volatile boolean permitted = true;

    @BeforeEach
    void offer() throws TeeException {
        when(permissions.permits(any(), eq(Right.TRUSTED), eq("5000"))).thenAnswer(asked -> permitted);
        doAnswer(asked -> {
                    if (!permitted) {
                        throw new TeeException(Errno.EACCES, "it may not");
                    }
                    return null;
                })
                .when(permissions)
                .require(any(), any(), any());
        when(bundleContext.getService(one)).thenReturn("one");
        when(bundleContext.getService(two)).thenReturn("two");
    }

    private void permit(boolean may) {
        permitted = may;
    }

    @Test
    @DisplayName("ERM-16: what a bundle may not offer comes when it may, and goes when it may not any more")
    void givenABundleThatMayNotOfferThenItsServiceComesWhenItMay() throws TeeException {
        permit(false);
        services.add(one);
        assertEquals(List.of("service [5000] of org.example.1 1.2.3 [1], 1: it may not"), failed());
        verify(bundleContext, never()).getService(one);

        permit(true);
        services.decide();
        services.decide();
        assertEquals(List.of(), failed());
        assertEquals(List.of("+one 5000"), events);

        permit(false);
        services.decide();
        assertEquals(List.of("+one 5000", "-one"), events);
        assertEquals(List.of("service [5000] of org.example.1 1.2.3 [1], 1: it may not"), failed());
        verify(bundleContext).ungetService(one);

        services.remove(one);
        permit(true);
        services.decide();
        assertEquals(List.of("+one 5000", "-one"), events, "what is gone does not come back");
    }

    @Test
    @DisplayName(
            "ERM-22: given bundles that cannot be checked, when permissions change, then what they offer is refused, "
                    + "and what others offer is decided")
    void givenBundlesThatCannotBeCheckedThenOthersAreDecided() throws TeeException {
        List<ServiceReference<String>> offered = new ArrayList<>();
        for (int id = 10; id < 19; id++) {
            ServiceReference<String> reference = reference(id, Map.of(UID, 5000));
            when(bundleContext.getService(reference)).thenReturn("s" + id);
            offered.add(reference);
            services.add(reference);
        }
        events.clear();
        for (int i = 0; i < offered.size(); i++) {
            Bundle bundle = offered.get(i).getBundle();
            if (i % 3 == 0) {
                doThrow(new StackOverflowError()).when(permissions).permits(eq(bundle), any(), any());
                doThrow(new StackOverflowError()).when(permissions).require(eq(bundle), any(), any());
            } else if (i % 3 == 1) {
                doThrow(new TeeException(Errno.EACCES, "it may not"))
                        .when(permissions)
                        .require(eq(bundle), any(), any());
                when(permissions.permits(eq(bundle), any(), any())).thenReturn(false);
            }
        }
        services.decide();
        assertEquals(Set.of("-s10", "-s11", "-s13", "-s14", "-s16", "-s17"), Set.copyOf(events));
    }

    @Test
    @DisplayName(
            "ERM-22: given services that cannot be closed, when nothing is permitted any more, then all others are "
                    + "closed")
    void givenAServiceThatCannotBeClosedThenOthersAre() throws TeeException {
        for (int id = 10; id < 19; id++) {
            ServiceReference<String> reference = reference(id, Map.of(UID, 5000));
            when(bundleContext.getService(reference)).thenReturn(id % 3 == 0 ? UNCLOSEABLE : "s" + id);
            services.add(reference);
        }
        events.clear();
        permit(false);
        services.decide();
        assertEquals(Set.of("-s10", "-s11", "-s13", "-s14", "-s16", "-s17"), Set.copyOf(events));
        verify(bundleContext, times(9)).ungetService(any());
    }

    @ParameterizedTest
    @ValueSource(strings = {"org.example.%d", "org.example"})
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @DisplayName("ERM-20, ERM-22: given bundles, of the same name or not, that do not return where they give or get "
            + "back trusted code, when permissions change and at the start, then what others offer comes and goes")
    void givenBundlesThatHangThenOthersComeAndGo(String symbolicName) throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        List<ServiceReference<String>> offered = new ArrayList<>();
        for (int id = 10; id < 16; id++) {
            boolean hostile = id % 2 == 0;
            String service = "s" + id;
            ServiceReference<String> reference = reference(id, Map.of(UID, 5000));
            String name = String.format(Locale.ROOT, symbolicName, id);
            when(reference.getBundle().getSymbolicName()).thenReturn(name);
            when(bundleContext.getService(reference)).thenAnswer(got -> {
                awaitDeaf(hostile ? end : new CountDownLatch(0));
                return service;
            });
            when(bundleContext.ungetService(reference)).thenAnswer(given -> {
                awaitDeaf(hostile ? end : new CountDownLatch(0));
                return true;
            });
            offered.add(reference);
        }
        offered.forEach(services::addPresent);
        services.awaitPresent();
        told.acquire(3);
        assertEquals(Set.of("+s11 5000", "+s13 5000", "+s15 5000"), Set.copyOf(events));
        permit(false);
        services.decide();
        assertEquals(6, services.failed().size());
        permit(true);
        services.decide();
        told.acquire(2 * 3);
        assertEquals(3 * 3, events.size(), events.toString());
        end.countDown();
    }

    private static void awaitDeaf(CountDownLatch end) {
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException e) {
                // Foreign code may ignore an interrupt.
            }
        }
    }

    private void close(String service) {
        if (service.equals(UNCLOSEABLE)) {
            throw new StackOverflowError("as a hostile service brings it about");
        }
        happened("-" + service);
    }

    @Test
    void givenAPermissionIsTakenBackWhileTheServiceObjectIsGotThenItDoesNotStay() throws TeeException {
        when(bundleContext.getService(one)).thenAnswer(got -> {
            permit(false);
            return "one";
        });
        services.add(one);
        assertEquals(List.of("+one 5000", "-one"), events);
        assertEquals(List.of("service [5000] of org.example.1 1.2.3 [1], 1: it may not"), failed());
    }

    private void open(int uid, String service, Map<String, ?> properties) {
        if (uid == 3) {
            throw new IllegalArgumentException("UID 3 is one of QTEE's own");
        }
        happened("+" + service + " " + uid);
        rankings.add(properties.get(Constants.SERVICE_RANKING));
    }

    private void happened(String event) {
        events.add(event);
        told.release();
    }

    @SuppressWarnings("unchecked")
    private static ServiceReference<String> reference(long id, Map<String, Object> properties) {
        Bundle bundle = mock(Bundle.class);
        when(bundle.getSymbolicName()).thenReturn("org.example." + id);
        when(bundle.getVersion()).thenReturn(new Version("1.2.3"));
        when(bundle.getBundleId()).thenReturn(id);
        ServiceReference<String> reference = mock(ServiceReference.class);
        when(reference.getBundle()).thenReturn(bundle);
        when(reference.getProperty(Constants.SERVICE_ID)).thenReturn(id);
        with(reference, properties);
        return reference;
    }

    private static void with(ServiceReference<String> reference, Map<String, Object> properties) {
        for (String key : List.of(UID, Constants.SERVICE_RANKING)) {
            when(reference.getProperty(key)).thenReturn(properties.get(key));
        }
        Map<String, Object> all = new HashMap<>(properties);
        all.put(Constants.SERVICE_ID, reference.getProperty(Constants.SERVICE_ID));
        when(reference.getProperties()).thenReturn(FrameworkUtil.asDictionary(all));
    }

    private List<String> failed() {
        return services.failed().stream()
                .map(dto ->
                        dto.kind + " [" + dto.name + "] of " + dto.bundle + ", " + dto.serviceId + ": " + dto.reason)
                .toList();
    }

    @Test
    void givenAServiceThatIsRightThenItIsInTheSecureWorldUntilItGoes() {
        services.add(one);
        assertEquals(List.of(), failed());
        services.remove(one);

        assertEquals(List.of("+one 5000", "-one"), events);
        verify(bundleContext).ungetService(one);
        assertEquals(2, changes.get());
    }

    @Test
    void givenTwoWithOneUidThenTheOneThatClientsDoNotReachNamesTheOther() {
        services.add(one);
        services.add(two);
        assertEquals(
                List.of("service [5000] of org.example.2 1.2.3 [2], 2: uid 5000 is taken by org.example.1 1.2.3 [1] "
                        + "(service 1), which was there before"),
                failed());

        with(two, Map.of(UID, 5000, Constants.SERVICE_RANKING, 7));
        services.update(two);
        assertEquals(
                List.of("service [5000] of org.example.1 1.2.3 [1], 1: uid 5000 is taken by org.example.2 1.2.3 [2] "
                        + "(service 2), which has a higher ranking"),
                failed());

        services.remove(two);
        assertEquals(List.of(), failed());
    }

    @Test
    void givenAPropertyThatIsMissingOrWrongThenTheServiceIsNotHadAndTheReasonTellsWhatItIs() {
        with(one, Map.of());
        services.add(one);
        with(two, Map.of(UID, "5000"));
        services.add(two);

        assertEquals(
                List.of(
                        "service [] of org.example.1 1.2.3 [1], 1: uid is missing",
                        "service [5000] of org.example.2 1.2.3 [2], 2: uid is of type String, expected Integer"),
                failed());
        verify(bundleContext, never()).getService(any());
    }

    @Test
    void givenAPropertyThatIsSetRightLaterThenTheServiceIsUsed() {
        with(one, Map.of());
        services.add(one);
        with(one, Map.of(UID, 5000));
        services.update(one);

        assertEquals(List.of(), failed());
        assertEquals(List.of("+one 5000"), events);
    }

    @Test
    void givenAUidOfQteeItselfThenTheServiceIsGivenBack() {
        with(one, Map.of(UID, 3));
        services.add(one);

        assertEquals(List.of("service [3] of org.example.1 1.2.3 [1], 1: UID 3 is one of QTEE's own"), failed());
        verify(bundleContext).ungetService(one);
        services.remove(one);
        assertEquals(List.of(), failed());
        verify(bundleContext).ungetService(one);
    }

    @Test
    void givenAConstructorThatThrowsThenTheServiceIsThereAsFailed() {
        when(bundleContext.getService(one)).thenReturn(null);
        services.add(one);
        when(bundleContext.getService(two)).thenThrow(new IllegalStateException("no"));
        services.add(two);

        assertEquals(
                List.of(
                        "service [5000] of org.example.1 1.2.3 [1], 1: its bundle gives no service object; where its"
                                + " constructor threw, the log tells what",
                        "service [5000] of org.example.2 1.2.3 [2], 2: its service object cannot be had:"
                                + " a fault of a program, java.lang.IllegalStateException: no"),
                failed().stream()
                        .map(reason -> reason.replaceFirst(" \\(at .*\\)$", ""))
                        .toList());
    }

    @Test
    void givenAServiceThatGoesWhileItIsMadeThenItNeverComesIntoTheSecureWorld() {
        when(bundleContext.getService(one)).thenAnswer(call -> {
            services.remove(one);
            return "one";
        });
        services.add(one);

        assertEquals(List.of(), events);
        assertEquals(List.of(), failed());
        verify(bundleContext).ungetService(one);
    }

    @Test
    void givenARankingThatChangesWhileTheServiceIsAddedThenClientsReachItByTheNewOne() {
        when(one.getProperties()).thenAnswer(got -> {
            when(one.getProperty(Constants.SERVICE_RANKING)).thenReturn(7);
            doReturn(ranked(7)).when(one).getProperties();
            return ranked(3);
        });
        services.add(one);
        services.update(one);

        assertEquals(List.of(3, 7), rankings);
        assertEquals(List.of("+one 5000", "-one", "+one 5000"), events);
    }

    @Test
    void givenAServiceThatGoesAndComesAgainByItselfThenClientsReachAnotherOne() {
        services.add(one);
        Map<Integer, Long> before = services.reached();
        with(one, Map.of(UID, 5000, Constants.SERVICE_RANKING, 7));
        services.update(one);

        assertEquals(List.of("+one 5000", "-one", "+one 5000"), events);
        assertEquals(Set.of(5000), services.reached().keySet());
        assertNotEquals(before, services.reached());
        services.remove(one);
        assertEquals(Map.of(), services.reached());
    }

    @Test
    void givenTwoWithOneUidThenAnotherIsReachedOnlyWhenTheFirstOneGoes() {
        services.add(one);
        Map<Integer, Long> first = services.reached();
        services.add(two);
        assertEquals(first, services.reached());
        services.remove(one);
        assertNotEquals(first, services.reached());
        assertEquals(Set.of(5000), services.reached().keySet());
    }

    private static Dictionary<String, Object> ranked(int ranking) {
        return FrameworkUtil.asDictionary(
                Map.of(UID, 5000, Constants.SERVICE_RANKING, ranking, Constants.SERVICE_ID, 1L));
    }

    @Test
    void givenPropertiesWhoseNamesAreInAnotherCaseThenTheServiceHasThem() {
        when(one.getProperties())
                .thenReturn(FrameworkUtil.asDictionary(
                        Map.of("Uid", 5000, "SERVICE.ranking", 7, Constants.SERVICE_ID, 1L)));
        services.add(one);

        assertEquals(List.of(), failed());
        assertEquals(List.of(7), rankings);
    }

    @Test
    void givenAChangeOfOtherPropertiesThenTheServiceGoesOn() {
        services.add(one);
        with(one, Map.of(UID, 5000, "colour", "red"));
        services.update(one);

        assertEquals(List.of("+one 5000"), events);
        assertEquals(1, changes.get());
    }
}
