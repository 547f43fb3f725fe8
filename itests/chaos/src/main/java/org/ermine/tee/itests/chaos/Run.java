// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ermine.tee.itests.chaos.ledger.Fault;
import org.ermine.tee.itests.chaos.ledger.Ledger;

/** A run: load and actions for some time, then the end, where nothing may be left. */
final class Run {

    private final Settings settings;
    private final PrintStream out;
    private final Ledger ledger;
    private final Cast cast;
    private final Tally tally = new Tally();
    private final Leaks leaks;
    /** For {@link Settings.Planted#CLASS_LOADER}. */
    private ClassLoader kept;

    Run(Settings settings, PrintStream out) throws Exception {
        this.settings = settings;
        this.out = out;
        ledger = new Ledger(settings.seed(), Cast.LIMIT_NANOS);
        cast = new Cast();
        leaks = new Leaks(ledger, settings.leakPatience());
    }

    Report execute() throws Exception {
        Path storage = settings.work().resolve("framework");
        Platform platform = new Platform(settings.bundles(), storage, ledger);
        try (Guard guard = new Guard(ledger, platform, out)) {
            try {
                begin(platform);
                act(new Actions(platform, ledger, cast, tally));
                new Growth(cast.mostThreads()).excess().forEach(each -> ledger.fault(Fault.MULTIPLIED, each));
                end(platform);
            } catch (TimeoutException e) {
                ledger.disturb();
                ledger.fault(Fault.ACTION, e.getMessage());
                guard.show(e.getMessage());
            }
        }
        if (!platform.close()) {
            ledger.fault(Fault.HUNG, "the framework did not stop");
        }
        leaks.check("after the stop of the framework", Leaks::threads);
        if (settings.wantedSwaps() > 0 && ledger.hostilities().size() < Cast.HOSTILITIES) {
            ledger.fault(Fault.ACTION, "not all hostile code was called: " + ledger.hostilities());
        }
        if (swaps() < settings.wantedSwaps()) {
            ledger.fault(Fault.ACTION, swaps() + " handlers were swapped, expected " + settings.wantedSwaps());
        }
        return new Report(ledger, tally, platform.replaced());
    }

    private void begin(Platform platform) throws Exception {
        ledger.disturb();
        cast.enter(platform);
        platform.inspection().configure("org.ermine.tee.supplicant", cast.supplicantOptions(0));
        platform.inspection().configure("org.ermine.tee.qtee.emulator", cast.emulatorOptions());
        new Actions(platform, ledger, cast, tally).awaitWork("at the begin");
        ledger.calm();
        cast.enterClients(platform);
    }

    private void act(Actions actions) throws Exception {
        Sequence sequence = new Sequence(settings.seed());
        long duration = TimeUnit.SECONDS.toNanos(settings.seconds());
        long end = System.nanoTime() + duration;
        long more = duration + Cast.DRAIN_NANOS;
        while (System.nanoTime() - end < (swaps() < settings.wantedSwaps() ? more : 0)) {
            Step step = sequence.next();
            try {
                actions.perform(step);
            } catch (TimeoutException e) {
                throw e;
            } catch (Exception e) {
                ledger.fault(Fault.ACTION, step + ": " + e);
            }
        }
    }

    private long swaps() {
        return tally.swaps() + ledger.reregistrations();
    }

    private void end(Platform platform) throws Exception {
        if (settings.planted().contains(Settings.Planted.CONTEXT)) {
            platform.inspection().leakContext();
        }
        if (settings.planted().contains(Settings.Planted.CLASS_LOADER)) {
            kept = platform.classLoader(cast.client(0));
            out.println("planted: " + kept);
        }
        cast.leaveClients(platform);
        if (!ledger.awaitClients(cast.clients(), Platform.deadline())) {
            throw new TimeoutException("a thread of a client goes on after its bundle was uninstalled");
        }
        // What a handler asks in the course of a request goes on though its client has left.
        cast.leaveHandlers(platform);
        ledger.close();
        leaks.check("in the accounts", ledger::remains);
        leaks.check("in the contexts", platform.inspection()::remains);
        platform.uninstall(Cast.TRUSTED);
        platform.stop("qcomtee");
        leaks.check("in the memory", platform.inspection()::remains);
        platform.refreshAll();
        leaks.checkClassLoaders(platform, settings.work().resolve("leak.hprof"), out);
        kept = null;
    }
}
