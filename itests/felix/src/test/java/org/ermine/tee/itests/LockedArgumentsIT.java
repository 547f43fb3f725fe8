// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.inject.Inject;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedStorage;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.rules.Timeout;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** The backend is told to copy the arguments of requests under the lock. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class LockedArgumentsIT {

    private static final String BACKEND = "org.ermine.tee.qcomtee";

    @Rule
    public final Timeout timeout = Timeout.seconds(300);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Inject
    private BundleContext context;

    private InContainer container;
    private TeeDevice device;
    private ServiceRegistration<?> probe;

    @Configuration
    public Option[] container() {
        return new Option[] {ErmineOptions.everything()};
    }

    @Before
    public void setUp() throws Exception {
        container = new InContainer(context);
        container.service(TeeDevice.class);
        ServiceReference<TeeDevice> before = context.getServiceReference(TeeDevice.class);
        container.configure(BACKEND, Map.of("arguments", "LOCKED"));
        InContainer.await("the device with the default goes", () -> before.getBundle() == null);
        device = container.service(TeeDevice.class);
        probe = ProbeApplication.register(context);
    }

    @After
    public void tearDown() throws Exception {
        probe.unregister();
        container.configure(BACKEND, Map.of());
    }

    /** REQ-6, REQ-11, SUB-7: each of several clients gets the answers to its own requests, and files are sealed meanwhile. */
    @Test
    public void clientsGetTheirOwnAnswers() throws Exception {
        SealedStorage storage = container.service(SealedStorage.class);
        AtomicInteger number = new AtomicInteger();
        try (ProbeClient one = ProbeClient.open(device);
                ProbeClient other = ProbeClient.open(device);
                Load load = new Load()) {
            load.with("first client", () -> echo(one, number.incrementAndGet()))
                    .with("second client", () -> echo(other, number.incrementAndGet()))
                    .with("second thread of it", () -> echo(other, number.incrementAndGet()))
                    .with("sealing client", () -> sealAndUnseal(storage));
            for (int i = 0; i < 5; i++) {
                load.awaitProgress();
            }
            load.stop();
        }
    }

    private static void echo(ProbeClient client, int number) throws TeeException {
        byte[] bytes = Integer.toString(number).repeat(1 + number % 100).getBytes();
        CallbackObject mirror = (op, arguments) -> {
            arguments.output(0).put(arguments.input(0));
        };
        byte[] answer = new byte[bytes.length];
        client.application()
                .invoke(
                        ProbeApplication.OP_CALL_BACK,
                        new Arguments().in(bytes).out(answer).in(mirror));
        assertArrayEquals("answer to request " + number, bytes, answer);
    }

    private void sealAndUnseal(SealedStorage storage) throws Exception {
        byte[] content = new byte[200_000];
        new Random(2).nextBytes(content);
        Path source = folder.getRoot().toPath().resolve("source");
        Path target = folder.getRoot().toPath().resolve("target");
        Files.write(source, content);
        storage.seal("locked", source, ProgressListener.NONE);
        storage.unseal("locked", target, ProgressListener.NONE);
        assertArrayEquals(content, Files.readAllBytes(target));
    }

    /** REQ-5, REQ-8: a client is interrupted while its request is processed; others are served. */
    @Test
    public void anInterruptedClientLeavesItsRequest() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        CallbackObject hanging = (op, arguments) -> {
            reached.countDown();
            awaitUninterrupted(answer);
        };
        try (ProbeClient client = ProbeClient.open(device);
                ProbeClient other = ProbeClient.open(device)) {
            Thread invoking = Thread.currentThread();
            Thread interrupter = new Thread(() -> {
                awaitUninterrupted(reached);
                invoking.interrupt();
            });
            interrupter.start();
            TeeException left = assertThrows(
                    TeeException.class,
                    () -> client.application()
                            .invoke(
                                    ProbeApplication.OP_CALL_BACK,
                                    new Arguments()
                                            .in(new byte[1])
                                            .out(new byte[1])
                                            .in(hanging)));
            assertEquals(left.toString(), TeeResult.DEFUNCT, left.result());
            assertTrue("the interrupt got lost", Thread.interrupted());
            interrupter.join(TimeUnit.SECONDS.toMillis(20));
            echo(other, 1);
            answer.countDown();
            echo(client, 2);
        } finally {
            answer.countDown();
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A value that there is not changes nothing: the device stays, and clients do not notice. */
    @Test
    public void anUnknownValueIsRefused() throws Exception {
        ServiceReference<TeeDevice> locked = context.getServiceReference(TeeDevice.class);
        try (ProbeClient client = ProbeClient.open(device)) {
            container.configure(BACKEND, Map.of("arguments", "BORROWED"));
            echo(client, 3);
        }
        assertSame("the device", locked, context.getServiceReference(TeeDevice.class));
    }
}
