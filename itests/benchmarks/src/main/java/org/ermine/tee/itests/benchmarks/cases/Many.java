// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.cases;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.benchmarks.World;
import org.ermine.tee.itests.benchmarks.turns.Group;
import org.ermine.tee.itests.benchmarks.turns.Side;
import org.ermine.tee.itests.benchmarks.turns.Stage;
import org.ermine.tee.itests.benchmarks.turns.Work;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.supplicant.ListenerHandler;
import org.osgi.framework.ServiceRegistration;

/** Snapshots of ten times as many things, in time and in bytes. */
public final class Many implements Group {

    private static final int FEW_CONTEXTS = 1_000;
    private static final int FEW_LISTENERS = 300;
    private static final int TIMES_AS_MANY = 10;
    private static final int FIRST_ID = 0x5000;
    private static final int BUFFER = 4096;
    private static final long SLICE_MICROS = 1000;
    private static final Map<String, Map<String, Object>> OPTIONS =
            Map.of("org.ermine.tee.qtee.emulator", Map.of("maxListeners", 4096));

    @Override
    public void measure(Stage stage) throws Exception {
        try (World few = World.start(OPTIONS);
                World many = World.start(OPTIONS)) {
            int fewContexts = stage.plan().of(FEW_CONTEXTS);
            List<TeeContext> contexts = new ArrayList<>(contexts(few, fewContexts));
            contexts.addAll(contexts(many, fewContexts * TIMES_AS_MANY));
            compare(stage, Case.SNAPSHOT_CONTEXTS, Case.SNAPSHOT_CONTEXTS_BYTES, many, few);
            contexts.forEach(TeeContext::close);
            int fewListeners = stage.plan().of(FEW_LISTENERS);
            List<ServiceRegistration<?>> listeners = new ArrayList<>(listeners(few, fewListeners));
            listeners.addAll(listeners(many, fewListeners * TIMES_AS_MANY));
            compare(stage, Case.SNAPSHOT_LISTENERS, Case.SNAPSHOT_LISTENERS_BYTES, many, few);
        }
    }

    private static List<TeeContext> contexts(World world, int count) throws TeeException {
        List<TeeContext> contexts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            contexts.add(world.open());
        }
        return contexts;
    }

    private static List<ServiceRegistration<?>> listeners(World world, int count) {
        List<ServiceRegistration<?>> registrations = new ArrayList<>();
        ListenerHandler handler = message -> {};
        for (int i = 0; i < count; i++) {
            registrations.add(world.register(
                    ListenerHandler.class,
                    handler,
                    Map.of(ListenerHandler.ID, FIRST_ID + i, ListenerHandler.BUFFER_SIZE, BUFFER)));
        }
        return registrations;
    }

    private static void compare(Stage stage, Case time, Case bytes, World many, World few) throws Exception {
        Work snapshotsOfMany = snapshots(many.runtime());
        Work snapshotsOfFew = snapshots(few.runtime());
        stage.compare(
                time.means(Side.together(SLICE_MICROS, snapshotsOfMany), Side.together(SLICE_MICROS, snapshotsOfFew)));
        stage.report(bytes.name(), Allocation.ofEach(snapshotsOfMany, 1) / Allocation.ofEach(snapshotsOfFew, 1));
    }

    private static Work snapshots(TeeRuntime runtime) {
        return times -> {
            for (int i = 0; i < times; i++) {
                runtime.snapshot();
            }
        };
    }
}
