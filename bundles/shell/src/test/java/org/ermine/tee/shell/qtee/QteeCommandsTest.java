// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.qtee;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.util.Collection;
import java.util.List;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.fakes.FakeTeeObject;
import org.ermine.tee.mink.QteeUid;
import org.ermine.tee.shell.command.Shell;
import org.ermine.tee.shell.runtime.RuntimeCommands;
import org.ermine.tee.shell.runtime.State;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedService;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

@Timeout(30)
class QteeCommandsTest {

    private final State state = new State();
    private final BundleContext bundleContext = mock(BundleContext.class);
    private final TeeContext context = mock(TeeContext.class);

    @AutoClose
    private Shell shell;

    @BeforeEach
    void openShell() throws Exception {
        offer(TeeDevice.class, List.of());
        offer(TrustedService.class, List.of());
        offer(TrustedApplication.class, List.of());
        shell = new Shell(new QteeCommands(bundleContext, state));
    }

    @Test
    void givenAQteeThenInfoShowsItsVersionAndHeapAndClosesItsContext() throws Exception {
        deploy(new FakeQtee(QteeUid.DIAGNOSTICS, QteeUid.FEATURE_VERSIONS));

        String printed = shell.type("tee:info");

        assertTrue(printed.contains("Device           qtee"), printed);
        assertTrue(printed.contains("QTEE version     5.2.0"), printed);
        assertTrue(
                printed.contains("QTEE heap        1.0 KiB used of 4.0 KiB, 3.0 KiB free in pieces of up to 2.0 KiB"));
        assertTrue(printed.contains("Shared memory    0 B in use"), printed);
        verify(context).close();
    }

    @Test
    void givenAQteeWithoutDiagnosticsThenInfoFailsNamingTheDeviceAndClosesItsContext() throws Exception {
        deploy(new FakeQtee(QteeUid.FEATURE_VERSIONS));

        assertEquals(
                "tee:info: device qtee: open service 143: the TEE has no such service (error 10)",
                shell.refusal("tee:info"));
        verify(context).close();
    }

    @Test
    void givenNoDeviceThenInfoSaysSoAndShowsTheMemory() throws Exception {
        assertTrue(shell.type("tee:info").startsWith(RuntimeCommands.NO_DEVICE));
    }

    @Test
    void givenADeviceOfAnotherNameThenInfoFailsNamingIt() throws Exception {
        deploy(new FakeQtee());

        assertEquals("tee:info: no device other", shell.refusal("tee:info other"));
    }

    @Test
    void givenServicesOfQteeAndOfBundlesThenServicesListsEachOnce() throws Exception {
        deploy(new FakeQtee(QteeUid.APP_LOADER, QteeUid.DIAGNOSTICS));
        offer(TrustedService.class, List.of(reference(TrustedService.UID, QteeUid.DIAGNOSTICS, "com.example.diag")));
        offer(TrustedApplication.class, List.of(reference(TrustedApplication.NAME, "example.ta", "com.example.ta")));

        assertEquals(
                List.of(
                        "KIND         UID  NAME          PROVIDED BY",
                        "service      143  IDiagnostics  com.example.diag 1.2.3",
                        "application       example.ta    com.example.ta 1.2.3",
                        "service        3  IAppLoader    device qtee"),
                shell.type("tee:services").lines().toList());
    }

    @Test
    void givenAServiceThatClientsDoNotReachThenServicesListsItApartWithTheReason() throws Exception {
        deploy(new FakeQtee(QteeUid.APP_LOADER));
        ServiceReference<TrustedService> second = reference(TrustedService.UID, 5000, "com.example.sum");
        when(second.getProperty(Constants.SERVICE_ID)).thenReturn(44L);
        offer(TrustedService.class, List.of(second));
        state.failedTrustedServices(State.failedTrustedService("5000", "qtee.uid 5000 is taken"));

        assertEquals(
                List.of(
                        "KIND     UID  NAME        PROVIDED BY",
                        "service    3  IAppLoader  device qtee",
                        "",
                        "Services and applications that clients do not reach:",
                        "KIND     NAME  BUNDLE                 SERVICE  REASON",
                        "service  5000  com.example.sum 1.0.0       44  qtee.uid 5000 is taken"),
                shell.type("tee:services").lines().toList());
    }

    @Test
    void givenADeviceThatRefusesClientsThenServicesFailsWithItsMessage() throws Exception {
        deploy(new FakeQtee());
        TeeObject refusing = FakeTeeObject.refusing(new TeeException(TeeResult.BUSY, "try again later"));
        when(context.root()).thenReturn(refusing);

        assertEquals("tee:services: device qtee: try again later", shell.refusal("tee:services"));
    }

    private void deploy(FakeQtee qtee) throws Exception {
        TeeDevice device = mock(TeeDevice.class);
        when(device.name()).thenReturn("qtee");
        when(device.version()).thenReturn(new TeeVersion(TeeVersion.QTEE, 0, TeeVersion.OBJECTS, "5.2.0"));
        when(device.open()).thenReturn(context);
        TeeObject root = qtee.root();
        when(context.root()).thenReturn(root);
        ServiceReference<TeeDevice> reference = reference(TeeDevice.DEVICE_NAME, "qtee", "org.ermine.tee.core");
        when(bundleContext.getService(reference)).thenReturn(device);
        offer(TeeDevice.class, List.of(reference));
        state.devices(State.device("qtee"));
    }

    private <S> void offer(Class<S> type, Collection<ServiceReference<S>> references) throws Exception {
        when(bundleContext.getServiceReferences(type, null)).thenReturn(references);
    }

    private static <S> ServiceReference<S> reference(String property, Object value, String bundleName) {
        Bundle bundle = mock(Bundle.class);
        when(bundle.getSymbolicName()).thenReturn(bundleName);
        when(bundle.getVersion()).thenReturn(new Version("1.2.3"));
        @SuppressWarnings("unchecked")
        ServiceReference<S> reference = mock(ServiceReference.class);
        when(reference.getProperty(property)).thenReturn(value);
        when(reference.getBundle()).thenReturn(bundle);
        return reference;
    }
}
