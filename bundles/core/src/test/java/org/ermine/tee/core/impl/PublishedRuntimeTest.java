// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.core.fakes.FakeFramework;
import org.ermine.tee.core.fakes.FakeMemory;
import org.ermine.tee.core.fakes.FakeWorkers;
import org.ermine.tee.core.fakes.TestOptions;
import org.ermine.tee.fakes.FakePermissions;
import org.ermine.tee.runtime.FailedTrustedServiceDTO;
import org.ermine.tee.runtime.RuntimeContributor;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Constants;

@Timeout(30)
class PublishedRuntimeTest {

    private final FakeFramework framework = new FakeFramework();
    private final FakeMemory memory = new FakeMemory();
    private final DeviceRegistry registry =
            new DeviceRegistry(framework.context, memory, new FakePermissions(), TestOptions.waiting(5000));
    private final AtomicInteger told = new AtomicInteger();
    private final PublishedRuntime published = new PublishedRuntime(framework.context, registry, memory);
    private final FakeFramework.Registration service = framework.service(TeeRuntime.class);
    private boolean stopped;

    @AfterEach
    void stop() {
        if (!stopped) {
            published.deactivate();
        }
    }

    private long publishedCount() {
        return (Long) service.properties.get(Constants.SERVICE_CHANGECOUNT);
    }

    private RuntimeDTO snapshot() {
        return service.get(FakeFramework.bundle(1, "reader"), TeeRuntime.class).snapshot();
    }

    private long count() {
        return snapshot().changeCount;
    }

    @Test
    void givenWorkersTellOfAChangeThenTheServicePropertyFollows() {
        FakeWorkers workers = new FakeWorkers();
        registry.bindWorkers(workers);
        await().until(() -> publishedCount() == count());

        long before = publishedCount();
        workers.changeListener.run();
        assertEquals(before + 1, count());
        await().until(() -> publishedCount() == before + 1);

        registry.unbindWorkers(workers);
        assertNull(workers.changeListener, "workers that are gone tell nobody");
    }

    @Test
    void givenAContributorThenItsPartIsInTheStateAndItsChangesAreCountedUntilItGoes() {
        FailedTrustedServiceDTO failed = new FailedTrustedServiceDTO();
        AtomicReference<Runnable> listener = new AtomicReference<>();
        RuntimeContributor contributor = new RuntimeContributor() {
            @Override
            public void contribute(RuntimeDTO runtime) {
                runtime.failedTrustedServices = new FailedTrustedServiceDTO[] {failed};
            }

            @Override
            public void onChange(Runnable told) {
                listener.set(told);
            }
        };
        registry.bindContributor(contributor);
        assertSame(failed, snapshot().failedTrustedServices[0]);
        long before = count();
        listener.get().run();
        assertEquals(before + 1, count());

        registry.unbindContributor(contributor);
        assertEquals(0, snapshot().failedTrustedServices.length);
        assertNull(listener.get(), "a contributor that is gone tells nobody");
    }

    private long publishedServicesCount() {
        return (Long) service.properties.get(TeeRuntime.SERVICES_CHANGECOUNT);
    }

    @Test
    void givenOnlyContextsChangeThenTheCountOfOtherChangesStaysTheSame() {
        registry.counters().changed();
        await().until(() -> publishedCount() == count());
        long before = publishedServicesCount();
        registry.counters().contextChanged();
        await().until(() -> publishedCount() == count());
        assertEquals(before, publishedServicesCount());
        assertEquals(before, snapshot().servicesChangeCount);

        registry.counters().changed();
        await().until(() -> publishedCount() == count());
        assertEquals(before + 1, publishedServicesCount());
        assertEquals(before + 1, snapshot().servicesChangeCount);
    }

    @Test
    void givenManyChangesAtOnceThenFewAreTold() {
        framework.onModified = told::incrementAndGet;
        for (int i = 0; i < 100_000; i++) {
            registry.counters().changed();
        }
        await().until(() -> publishedCount() == count());

        // At most one in 100 ms; the changes and the awaiting take at most 30 s.
        assertTrue(told.get() <= 300, told + " notifications");
    }

    @Test
    @DisplayName("ERM-21: given a listener that interrupts the thread that tells it, or fails, then later changes are "
            + "told too")
    void givenAListenerThatLeavesAnInterruptThenLaterChangesAreTold() {
        framework.onModified = () -> Thread.currentThread().interrupt();
        registry.counters().changed();
        await().until(() -> publishedCount() == count());
        framework.onModified = () -> {
            throw new StackOverflowError("in a listener");
        };
        registry.counters().changed();
        await().until(() -> publishedCount() == count());
        framework.onModified = told::incrementAndGet;
        registry.counters().changed();

        await().until(() -> told.get() > 0 && publishedCount() == count());
    }

    @Test
    void givenAListenerThatHangsThenTheServiceStillGoes() throws InterruptedException {
        CountDownLatch inListener = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        framework.onModified = () -> {
            inListener.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        registry.counters().changed();
        assertTrue(inListener.await(20, TimeUnit.SECONDS));

        published.deactivate();
        stopped = true;
        assertFalse(service.registered);
    }
}
