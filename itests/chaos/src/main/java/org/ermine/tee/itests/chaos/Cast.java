// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.itests.chaos.handler.Activator;
import org.ermine.tee.itests.chaos.tee.Slots;
import org.osgi.framework.BundleException;

/** The bundles that take part in a run, and the options of the supplicant. */
final class Cast {

    static final String TRUSTED = "trusted";
    static final String INSPECTOR = "inspector";
    static final String CROWD = "crowd";
    static final String HOSTILE = "hostile";

    /** How many kinds of hostile code there are, as callback and as listener. */
    static final int HOSTILITIES = org.ermine.tee.itests.chaos.hostile.Activator.KINDS;

    /** How long a handler may work on a request; of which drain time and grace time leave enough. */
    static final long LIMIT_MILLIS = 5_000;

    static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);

    private static final long DRAIN_MILLIS = 8_000;
    /** How long what does not return may hold up the end of a part of Ermine. */
    static final long DRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(DRAIN_MILLIS);

    private static final long GRACE_MILLIS = 10_000;
    private static final int WORKERS = 4;
    private static final int THREADS = 256;
    /** What is hostile must not get them all. */
    private static final int THREADS_OF_ONE = 192;

    private static final int SERVICE_THREADS = 16;

    private static final int CLIENTS = 3;
    private static final int CLIENT_THREADS = 4;
    private static final String RANKING = "0";
    private static final String HIGHER_RANKING = "10";

    private final TestBundle trusted =
            new TestBundle(TRUSTED, org.ermine.tee.itests.chaos.trusted.Activator.class, Map.of());
    private final TestBundle inspector =
            new TestBundle(INSPECTOR, org.ermine.tee.itests.chaos.inspector.Activator.class, Map.of());
    private final TestBundle crowd = new TestBundle(CROWD, org.ermine.tee.itests.chaos.crowd.Activator.class, Map.of());
    private final TestBundle hostile =
            new TestBundle(HOSTILE, org.ermine.tee.itests.chaos.hostile.Activator.class, Map.of());
    private final Map<Slots, TestBundle> handlers = new EnumMap<>(Slots.class);
    private final Map<Slots, TestBundle> seconds = new EnumMap<>(Slots.class);
    private final List<TestBundle> clients = new ArrayList<>();

    Cast() throws IOException {
        for (Slots slot : Slots.values()) {
            handlers.put(slot, handler(slot, "", RANKING));
            seconds.put(slot, handler(slot, "-second", HIGHER_RANKING));
        }
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new TestBundle(
                    client(i),
                    org.ermine.tee.itests.chaos.client.Activator.class,
                    Map.of(
                            org.ermine.tee.itests.chaos.client.Activator.NAME,
                            client(i),
                            org.ermine.tee.itests.chaos.client.Activator.THREADS,
                            String.valueOf(CLIENT_THREADS))));
        }
    }

    private static TestBundle handler(Slots slot, String suffix, String ranking) throws IOException {
        return new TestBundle(
                slot.slot() + suffix, Activator.class, Map.of(Activator.SLOT, slot.slot(), Activator.RANKING, ranking));
    }

    /** All bundles but the clients. */
    void enter(Platform platform) throws BundleException {
        platform.install(inspector, INSPECTOR);
        platform.install(trusted, TRUSTED);
        for (Slots slot : Slots.values()) {
            platform.install(handlers.get(slot), slot.slot());
        }
        platform.install(crowd, CROWD);
    }

    /** The bundles that are hostile to the others. */
    void enterClients(Platform platform) throws BundleException {
        platform.install(hostile, HOSTILE);
        for (int i = 0; i < CLIENTS; i++) {
            platform.install(clients.get(i), client(i));
        }
    }

    void leaveClients(Platform platform) throws BundleException {
        platform.uninstall(HOSTILE);
        for (int i = 0; i < CLIENTS; i++) {
            platform.uninstall(client(i));
        }
    }

    void leaveHandlers(Platform platform) throws BundleException {
        for (Slots slot : Slots.values()) {
            platform.uninstall(slot.slot());
        }
        platform.uninstall(CROWD);
    }

    String client(int number) {
        return "client-" + number % CLIENTS;
    }

    /** All threads of all clients have names that begin so. */
    String clients() {
        return "client-";
    }

    /** A handler that outranks the one there is. */
    TestBundle second(Slots slot) {
        return seconds.get(slot);
    }

    /** Room for the crowd beside the others. */
    Map<String, Object> emulatorOptions() {
        return Map.of("maxListeners", 2 * org.ermine.tee.itests.chaos.crowd.Activator.SIZE);
    }

    /** The most threads that Ermine may have: those of the supplicant and some of each device. */
    int mostThreads() {
        return THREADS + SERVICE_THREADS;
    }

    /** @param number decides what may vary */
    Map<String, Object> supplicantOptions(int number) {
        return Map.of(
                "workers",
                WORKERS + number % 2,
                "maxThreads",
                THREADS,
                "maxThreadsPerOwner",
                THREADS_OF_ONE,
                "timeLimitMillis",
                LIMIT_MILLIS,
                "drainMillis",
                DRAIN_MILLIS,
                "graceMillis",
                GRACE_MILLIS);
    }
}
