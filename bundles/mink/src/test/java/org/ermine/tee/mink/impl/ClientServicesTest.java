// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.atLeast;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.ermine.tee.ArgumentAccess;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.trusted.OpenableService;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.ArgumentMatchers;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceObjects;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;

/** When bundles are asked anew whether they want what they had not got. */
@SuppressWarnings("unchecked")
class ClientServicesTest {

    private final BundleContext mink = mock();
    private final ServiceReference<TeeContext> device = mock();
    private final ServiceRegistration<ClientEnv> registration = mock();
    private final Bundle client = mock();
    private final BundleContext clientContext = mock();
    private final ServiceObjects<TeeContext> contexts = mock();

    private final ClientServices services = new ClientServices(mink);
    /** The last one is the one that is registered. */
    private final List<ServiceFactory<ClientEnv>> registered = new ArrayList<>();

    private Runnable whileRegistering = () -> {};
    private TeeContext last;

    @BeforeEach
    void offer() {
        when(device.getProperty(TeeDevice.DEVICE_NAME)).thenReturn("qtee");
        when(client.getSymbolicName()).thenReturn("org.example.client");
        when(client.getVersion()).thenReturn(Version.emptyVersion);
        when(client.getBundleContext()).thenReturn(clientContext);
        when(clientContext.getServiceObjects(device)).thenReturn(contexts);
        doAnswer(call -> {
                    registered.add(call.getArgument(1));
                    whileRegistering.run();
                    return registration;
                })
                .when(mink)
                .registerService(eq(ClientEnv.class), ArgumentMatchers.<ServiceFactory<ClientEnv>>any(), any());
    }

    private void permit(boolean permitted) {
        when(contexts.getService()).thenAnswer(call -> {
            last = permitted ? context() : null;
            return last;
        });
    }

    private static TeeContext context() throws TeeException {
        TeeObject root = mock();
        doAnswer(call -> {
                    ArgumentAccess.returned(call.getArgument(1), 1, mock(TeeObject.class));
                    return null;
                })
                .when(root)
                .invoke(anyInt(), any());
        TeeContext context = mock();
        when(context.root()).thenReturn(root);
        return context;
    }

    private ClientEnv get() {
        return registered.get(registered.size() - 1).getService(client, registration);
    }

    @Test
    @DisplayName(
            "given a client that got none, when it can have one, then the service is registered anew, and only then")
    void noneIsGot() {
        permit(false);
        services.addDevice(device);
        assertNull(get());
        services.updatedDevice(device);
        assertEquals(1, registered.size());
        permit(true);
        services.updatedDevice(device);
        assertEquals(2, registered.size());
        assertNotNull(get());
        services.updatedDevice(device);
        assertEquals(2, registered.size());
    }

    @Test
    @DisplayName("given a service that is just being registered, when a client that got none can have one, then it is "
            + "registered anew")
    void changeWhileItIsRegistered() {
        permit(false);
        whileRegistering = () -> {
            whileRegistering = () -> {};
            assertNull(get());
            permit(true);
            services.updatedDevice(device);
        };
        services.addDevice(device);
        assertEquals(2, registered.size());
        verify(registration).unregister();
        assertNotNull(get());
    }

    @Test
    @Timeout(60)
    @DisplayName(
            "given a client that does not return from its activation, then others get what comes, what goes is gone "
                    + "for them, and its own service ends when it returns")
    void clientThatDoesNotReturn() throws Exception {
        permit(true);
        CompletableFuture<Void> returns = new CompletableFuture<>();
        whileRegistering = returns::join;
        ServiceRegistration<TeeObject> object = mock();
        when(mink.registerService(eq(TeeObject.class), any(ServiceFactory.class), any()))
                .thenReturn(object);
        ServiceReference<OpenableService> openable = openable(Map.of(TrustedService.UID, 5));
        services.addDevice(device);
        services.addOpenable(openable);
        verify(mink, timeout(30_000)).registerService(eq(TeeObject.class), any(ServiceFactory.class), any());
        services.removeDevice(device);
        verify(object, timeout(30_000)).unregister();
        verify(registration, never()).unregister();
        returns.complete(null);
        verify(registration, timeout(30_000)).unregister();
    }

    @Test
    @DisplayName("given a client whose context was closed, when it can have one again, then the service is registered "
            + "anew, and only then")
    void contextIsClosed() {
        permit(true);
        services.addDevice(device);
        assertNotNull(get());
        when(last.isClosed()).thenReturn(true);
        permit(false);
        services.updatedDevice(device);
        assertEquals(1, registered.size());
        permit(true);
        services.updatedDevice(device);
        assertEquals(2, registered.size());
    }

    private ServiceReference<OpenableService> openable(Map<String, Object> properties) {
        ServiceReference<OpenableService> openable = mock();
        when(openable.getBundle()).thenReturn(client);
        when(openable.getProperty(any()))
                .thenAnswer(call -> TeeDevice.DEVICE_NAME.equals(call.getArgument(0))
                        ? "qtee"
                        : properties.get(call.<String>getArgument(0)));
        return openable;
    }

    @Test
    @DisplayName("given a bundle without symbolic name that offers badly named things to be opened, then clients are "
            + "offered others")
    void openableOfANamelessBundle() {
        services.addDevice(device);
        when(client.getSymbolicName()).thenReturn(null);
        services.addOpenable(openable(Map.of()));
        services.addOpenable(openable(Map.of(TrustedService.UID, 5)));
        verify(mink, times(1)).registerService(eq(TeeObject.class), any(ServiceFactory.class), any());
    }

    @Test
    @DisplayName(
            "given something to be opened that names itself badly, or not at all, then clients are not offered it, "
                    + "and what comes beside it is")
    void openableIsNamedBadly() {
        services.addDevice(device);
        for (Map<String, Object> bad : List.<Map<String, Object>>of(
                Map.of(),
                Map.of(TrustedService.UID, 5L),
                Map.of(TrustedService.UID, "5"),
                Map.of(TrustedService.UID, "5", TrustedApplication.NAME, "keys"),
                Map.of(TrustedApplication.NAME, ""),
                Map.of(TrustedApplication.NAME, 5))) {
            ServiceReference<OpenableService> openable = openable(bad);
            services.addOpenable(openable);
            services.removeOpenable(openable);
        }
        verify(mink, never()).registerService(eq(TeeObject.class), any(ServiceFactory.class), any());
        services.addOpenable(openable(Map.of(TrustedService.UID, 5)));
        services.addOpenable(openable(Map.of(TrustedApplication.NAME, "keys")));
        verify(mink, times(2)).registerService(eq(TeeObject.class), any(ServiceFactory.class), any());
    }

    @Test
    @DisplayName("given an OpenableService, when its names are checked, then the fault says which one is wrong and how")
    void faultsOfNames() {
        assertNull(ClientServiceKey.faultOf(openable(Map.of(TrustedService.UID, 5))));
        assertNull(ClientServiceKey.faultOf(openable(Map.of(TrustedApplication.NAME, "keys"))));
        assertEquals(
                "it has neither qtee.uid nor " + TrustedApplication.NAME, ClientServiceKey.faultOf(openable(Map.of())));
        assertEquals(
                "its qtee.uid is a java.lang.Long, not an Integer",
                ClientServiceKey.faultOf(openable(Map.of(TrustedService.UID, 5L))));
        assertEquals(
                "its " + TrustedApplication.NAME + " is no String, or empty",
                ClientServiceKey.faultOf(openable(Map.of(TrustedApplication.NAME, ""))));
    }

    @Test
    @DisplayName("given a client that stops while it gets the service, then it gets none, and is not asked again")
    void clientStops() {
        when(contexts.getService()).thenThrow(new IllegalStateException("its bundle stops"));
        services.addDevice(device);
        assertNull(get());
        when(client.getBundleContext()).thenReturn(null);
        services.updatedDevice(device);
        assertEquals(1, registered.size());
    }

    @Test
    @DisplayName(
            "given a client without symbolic name for which nothing can be opened, then it gets none, and others are"
                    + " looked at as ever")
    void clientHasNoSymbolicName() throws TeeException {
        permit(false);
        services.addDevice(device);
        assertNull(get());
        when(client.getSymbolicName()).thenReturn(null);
        when(client.getVersion()).thenReturn(Version.emptyVersion);
        TeeObject root = mock();
        doThrow(new TeeException(TeeResult.ERROR, "not for it")).when(root).invoke(anyInt(), any());
        TeeContext refusing = mock();
        when(refusing.root()).thenReturn(root);
        when(contexts.getService()).thenReturn(refusing);

        assertNull(get());
        services.updatedDevice(device);

        assertEquals(1, registered.size());
        verify(refusing, atLeast(2)).close();
    }
}
