// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.ermine.tee.itests.chaos.handler.Activator;
import org.ermine.tee.itests.chaos.ledger.Generation;
import org.ermine.tee.itests.chaos.ledger.Ledger;

/** Carries out steps, and tells the ledger of them. Used by one thread. */
final class Actions {

    /** The bundle of a second handler for the same slot. */
    private static final String SECOND = "-second";

    private static final int EXTRA_MILLIS = 100;

    private final Platform platform;
    private final Ledger ledger;
    private final Cast cast;
    private final Tally tally;
    private int round;

    Actions(Platform platform, Ledger ledger, Cast cast, Tally tally) {
        this.platform = platform;
        this.ledger = ledger;
        this.cast = cast;
        this.tally = tally;
    }

    /** What is done to a bundle. */
    @FunctionalInterface
    private interface Change {
        void run() throws Exception;
    }

    void perform(Step step) throws Exception {
        switch (step.action().effect()) {
            case NONE -> act(step);
            case SWAP -> swap(step);
            case DISTURBANCE -> disturb(step);
        }
    }

    // ---- Without effect on requests but those it is aimed at.

    private void act(Step step) throws Exception {
        boolean done = switch (step.action()) {
            case INTERRUPT_CLIENT -> ledger.interrupt(step.number());
            case KILL_CALL -> ledger.kill();
            case RESTART_CLIENT -> replaceClient(cast.client(step.number()), false);
            case UPDATE_CLIENT -> replaceClient(cast.client(step.number()), true);
            case RESTART_CROWD -> done(() -> platform.restart(Cast.CROWD));
            case UPDATE_CROWD -> done(() -> platform.update(Cast.CROWD));
            default -> throw new IllegalArgumentException(step.toString());
        };
        if (done) {
            tally.count(step.action());
        }
    }

    private static boolean done(Change change) throws Exception {
        change.run();
        return true;
    }

    private boolean replaceClient(String client, boolean update) throws Exception {
        platform.stop(client);
        if (!ledger.awaitClients(client, Platform.deadline())) {
            throw new TimeoutException("a thread of " + client + " goes on after its bundle was stopped");
        }
        if (update) {
            platform.update(client);
        }
        platform.start(client);
        return true;
    }

    // ---- Another handler takes over.

    private void swap(Step step) throws Exception {
        String slot = step.slot().slot();
        ledger.swapBegins(slot);
        try {
            switch (step.action()) {
                case UPDATE_HANDLER -> replace(step, () -> platform.update(slot));
                case RESTART_HANDLER -> replace(step, () -> platform.restart(slot));
                case REFRESH_HANDLER -> replace(step, () -> platform.refresh(slot));
                case REINSTALL_HANDLER -> replace(step, () -> platform.reinstall(slot));
                case OUTRANK_HANDLER -> outrank(step);
                case CONFIGURE_HANDLER -> configure(step);
                default -> throw new IllegalArgumentException(step.toString());
            }
        } finally {
            ledger.swapEnds(slot);
        }
    }

    private void replace(Step step, Change change) throws Exception {
        long begun = System.nanoTime();
        change.run();
        tally.swapped(step.action(), awaitServed(step.slot().slot()) - begun);
    }

    private long awaitServed(String slot) throws InterruptedException, TimeoutException {
        long servedAt = ledger.awaitServed(slot, Platform.deadline());
        if (servedAt == 0) {
            throw new TimeoutException("nobody calls the new handler of " + slot);
        }
        return servedAt;
    }

    /** A second handler comes and takes over; then it goes, and the first one takes over. */
    private void outrank(Step step) throws Exception {
        String slot = step.slot().slot();
        Generation first = ledger.current(slot);
        replace(step, () -> platform.install(cast.second(step.slot()), slot + SECOND));
        long before = first.calls();
        platform.uninstall(slot + SECOND);
        awaitNext(slot, first, before);
        tally.count(step.action());
    }

    /** Waits until a handler is called again, or one that it has replaced itself with. */
    private void awaitNext(String slot, Generation generation, long before)
            throws InterruptedException, TimeoutException {
        if (!generation.awaitCall(before, Platform.deadline())) {
            awaitServed(slot);
        }
    }

    /** The handler's properties change: of a listener so that it counts as another one. */
    private void configure(Step step) throws Exception {
        String slot = step.slot().slot();
        round++;
        platform.inspection()
                .configure(
                        Activator.pid(step.slot()),
                        Map.of(Activator.EXTRA_MILLIS, step.number() % EXTRA_MILLIS, Activator.ROUND, round));
        if (!ledger.awaitConfigured(slot, round, Platform.deadline())) {
            throw new TimeoutException("the configuration does not come to the handler of " + slot);
        }
        Generation configured = ledger.current(slot);
        awaitNext(slot, configured, configured.calls());
        if (step.slot().isListener()) {
            tally.count(step.action());
        }
    }

    // ---- A part of Ermine goes and comes.

    private void disturb(Step step) throws Exception {
        ledger.disturb();
        switch (step.action()) {
            case RESTART_SUPPLICANT -> platform.restart("supplicant");
            case UPDATE_SUPPLICANT -> renew("supplicant");
            case CONFIGURE_SUPPLICANT ->
                platform.inspection().configure("org.ermine.tee.supplicant", cast.supplicantOptions(step.number()));
            case RESTART_TRUSTED -> platform.restart(Cast.TRUSTED);
            case RESTART_QCOMTEE -> platform.restart("qcomtee");
            case UPDATE_QCOMTEE -> renew("qcomtee");
            case RESTART_EMULATOR -> platform.restart("qtee.emulator");
            case UPDATE_EMULATOR -> renew("qtee.emulator");
            case RESTART_CORE -> platform.restart("core");
            case UPDATE_CORE -> renew("core");
            case RESTART_SHM -> platform.restart("shm");
            case UPDATE_SHM -> renew("shm");
            default -> throw new IllegalArgumentException(step.toString());
        }
        awaitWork("after: " + step.action().words());
        ledger.calm();
        tally.count(step.action());
    }

    private void renew(String bundle) throws Exception {
        platform.update(bundle);
        platform.refresh(bundle);
    }

    /** Waits until each slot is served. */
    void awaitWork(String when) throws InterruptedException, TimeoutException {
        String[] refusal = new String[1];
        try {
            Platform.await("everything works " + when, () -> {
                refusal[0] = platform.inspection().firstRefusal();
                return refusal[0] == null;
            });
        } catch (TimeoutException e) {
            throw new TimeoutException(e.getMessage() + ", refused by " + refusal[0]);
        }
    }
}
