// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotSame;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceObjects;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** A context, what it holds, and that it goes with the bundle that opened it. */
public class ContextIT extends ErmineContainer {

    private static final String CLIENT = "org.ermine.tee.itests.readme-client";

    private TeeRuntime runtime;

    @Before
    public void setUp() throws Exception {
        runtime = container.service(TeeRuntime.class);
        container.service(TeeContext.class);
    }

    @Test
    public void theDeviceTellsItsVersion() throws Exception {
        TeeDevice device = container.service(TeeDevice.class);
        assertEquals(4, device.version().implementation());
        assertTrue(device.version().release(), device.version().release().matches("\\d+\\.\\d+\\.\\d+"));
    }

    @Test
    public void aBundleSharesOneContextAndAPrototypeIsItsOwn() {
        ServiceReference<TeeContext> reference = context.getServiceReference(TeeContext.class);
        ServiceObjects<TeeContext> prototypes = context.getServiceObjects(reference);
        TeeContext first = prototypes.getService();
        TeeContext second = prototypes.getService();
        try {
            assertNotSame(first, second);
            assertSame(context.getService(reference), context.getService(reference));
            context.ungetService(reference);
            context.ungetService(reference);
        } finally {
            prototypes.ungetService(first);
            prototypes.ungetService(second);
        }
        assertTrue("a context that was given back is closed", first.isClosed());
        TeeException refused =
                assertThrows(TeeException.class, () -> first.root().invoke(2, new Arguments()));
        assertEquals(Errno.ENODEV, refused.errno().orElseThrow());
    }

    @Test
    public void theContextOfABundleThatStopsIsClosed() throws Exception {
        Bundle client = container.install(CLIENT);
        client.start();
        InContainer.await("the client has a context", () -> contextsOf(client).count() == 1);
        client.stop();
        InContainer.await(
                "the client's context is gone", () -> contextsOf(client).count() == 0);
        client.uninstall();
    }

    @Test
    public void aCallbackObjectIsInvokedAndReleasedOnce() throws Exception {
        ServiceRegistration<?> probe = ProbeApplication.register(context);
        Echo echo = new Echo();
        try (ProbeClient client = ProbeClient.open(container.service(TeeDevice.class))) {
            byte[] answer = new byte[16];
            Arguments arguments =
                    new Arguments().in(new byte[] {1, 2, 3}).out(answer).in(echo);
            client.application().invoke(ProbeApplication.OP_CALL_BACK, arguments);

            assertEquals(3, arguments.size(1));
            assertArrayEquals(new byte[] {3, 2, 1}, Arrays.copyOf(answer, 3));
            assertTrue("released", echo.released.await(10, TimeUnit.SECONDS));
        } finally {
            probe.unregister();
        }
    }

    @Test
    public void aCallbackObjectMayAnswerAnErrorOfItsOwnButNoneOfTheTransport() throws Exception {
        ServiceRegistration<?> probe = ProbeApplication.register(context);
        try (ProbeClient client = ProbeClient.open(container.service(TeeDevice.class))) {
            assertEquals(TeeResult.of(17), resultOf(client.application(), TeeResult.of(17)));
            assertEquals(TeeResult.ERROR, resultOf(client.application(), TeeResult.DEFUNCT));
        } finally {
            probe.unregister();
        }
    }

    private static TeeResult resultOf(TeeObject application, TeeResult thrown) {
        CallbackObject callback = (op, arguments) -> {
            throw new TeeException(thrown, "on purpose");
        };
        Arguments arguments = new Arguments().in(new byte[1]).out(new byte[1]).in(callback);
        return assertThrows(TeeException.class, () -> application.invoke(ProbeApplication.OP_CALL_BACK, arguments))
                .result();
    }

    @Test
    public void anObjectOfAnotherContextIsRefused() throws Exception {
        TeeDevice device = container.service(TeeDevice.class);
        try (TeeContext mine = device.open();
                TeeContext other = device.open();
                ClientEnv environment = ClientEnv.register(other);
                TeeObject foreign = environment.open(143)) {
            TeeException refused = assertThrows(
                    TeeException.class,
                    () -> mine.root().invoke(2, new Arguments().in(foreign).outObject()));
            assertEquals(Errno.EINVAL, refused.errno().orElseThrow());
        }
    }

    private Stream<ContextDTO> contextsOf(Bundle owner) {
        return Arrays.stream(runtime.snapshot().devices)
                .flatMap(device -> Arrays.stream(device.contexts))
                .filter(dto -> dto.ownerBundleId == owner.getBundleId());
    }

    private static final class Echo implements CallbackObject {

        private final CountDownLatch released = new CountDownLatch(1);

        @Override
        public void dispatch(int op, IncomingArguments arguments) throws TeeException {
            arguments.expect(1, 1, 0, 0);
            for (int i = arguments.input(0).limit() - 1; i >= 0; i--) {
                arguments.output(0).put(arguments.input(0).get(i));
            }
        }

        @Override
        public void released() {
            released.countDown();
        }
    }
}
