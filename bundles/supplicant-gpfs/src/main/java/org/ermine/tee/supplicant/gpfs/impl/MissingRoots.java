// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.threads.DaemonThreads;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.RuntimeContributor;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.support.OwnerName;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roots that cannot be used at present, and why: {@code tee:handlers} lists them. They are looked for again until
 * they are there, by a thread that exists as long as any is missing. Thread safe: the map is, and {@code this} guards
 * {@code timer} and {@code closed}.
 */
@Component(
        service = {MissingRoots.class, RuntimeContributor.class},
        immediate = true)
public final class MissingRoots implements RuntimeContributor, Root.Watcher {

    private static final Logger LOG = LoggerFactory.getLogger(MissingRoots.class);
    private static final long AGAIN_MILLIS = 2000;

    private final String bundle;
    private final long againMillis;
    private final Map<Root, String> reasons = new ConcurrentHashMap<>();
    private volatile Runnable changeListener;
    /** Null as long as nothing is missing. */
    private ScheduledThreadPoolExecutor timer;

    private boolean closed;

    @Activate
    public MissingRoots(BundleContext context) {
        this(OwnerName.of(context.getBundle()), AGAIN_MILLIS);
    }

    MissingRoots(String bundle, long againMillis) {
        this.bundle = bundle;
        this.againMillis = againMillis;
    }

    @Override
    public void failed(Root root, IOException why) {
        String reason = FailureText.of(why);
        String before = reasons.put(root, reason);
        if (!reason.equals(before)) {
            LOG.warn("{} cannot be used and is looked for again: {}", root, reason);
            changed();
        }
        startTimer();
    }

    @Override
    public void opened(Root root) {
        if (reasons.remove(root) != null) {
            LOG.info("{} is in use", root);
            changed();
        }
        stopTimer();
    }

    /** Stops looking for a root that is not wanted any more. */
    void remove(Root root) {
        if (reasons.remove(root) != null) {
            changed();
        }
        stopTimer();
    }

    /** Tries to open the roots that are missing. Nothing is thrown, since a timer would end with it. */
    private void lookAgain() {
        for (Root root : reasons.keySet()) {
            try {
                root.open();
            } catch (Throwable e) {
                LOG.debug("{} is still missing: {}", root, e.toString());
            }
        }
    }

    private synchronized void startTimer() {
        if (timer == null && !closed && !reasons.isEmpty()) {
            timer = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("ermine-gpfs-roots"));
            timer.scheduleWithFixedDelay(this::lookAgain, againMillis, againMillis, TimeUnit.MILLISECONDS);
        }
    }

    /** Stops the timer if no root is missing. Its thread ends by itself, since it may be the one that calls this. */
    private synchronized void stopTimer() {
        if (timer != null && (closed || reasons.isEmpty())) {
            timer.shutdown();
            timer = null;
        }
    }

    @Deactivate
    synchronized void deactivate() {
        closed = true;
        reasons.clear();
        stopTimer();
    }

    @Override
    public void contribute(RuntimeDTO runtime) {
        runtime.failedHandlers = Stream.concat(
                        Stream.of(runtime.failedHandlers),
                        reasons.entrySet().stream().map(this::described))
                .toArray(FailedHandlerDTO[]::new);
    }

    private FailedHandlerDTO described(Map.Entry<Root, String> missing) {
        FailedHandlerDTO dto = new FailedHandlerDTO();
        dto.kind = "listener";
        dto.name = FileHandler.LISTENER;
        dto.bundle = bundle;
        dto.serviceId = -1;
        dto.reason = missing.getKey() + ": " + missing.getValue();
        return dto;
    }

    @Override
    public void onChange(Runnable listener) {
        changeListener = listener;
    }

    private void changed() {
        Runnable listener = changeListener;
        if (listener != null) {
            listener.run();
        }
    }
}
