// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

/** What can be done to a running system. */
enum Action {
    UPDATE_HANDLER("handler updated", 300, Effect.SWAP),
    RESTART_HANDLER("handler stopped and started", 200, Effect.SWAP),
    REFRESH_HANDLER("handler refreshed", 120, Effect.SWAP),
    REINSTALL_HANDLER("handler uninstalled and installed", 120, Effect.SWAP),
    OUTRANK_HANDLER("handler with a higher ranking came", 120, Effect.SWAP),
    CONFIGURE_HANDLER("handler configured", 80, Effect.SWAP),
    INTERRUPT_CLIENT("client interrupted", 200, Effect.NONE),
    KILL_CALL("handler interrupted in a call", 100, Effect.NONE),
    RESTART_CLIENT("client stopped and started", 12, Effect.NONE),
    UPDATE_CLIENT("client updated", 12, Effect.NONE),
    RESTART_CROWD("many listeners stopped and started", 6, Effect.NONE),
    UPDATE_CROWD("many listeners updated", 6, Effect.NONE),
    RESTART_SUPPLICANT("supplicant stopped and started", 4, Effect.DISTURBANCE),
    UPDATE_SUPPLICANT("supplicant updated and refreshed", 3, Effect.DISTURBANCE),
    CONFIGURE_SUPPLICANT("supplicant configured", 4, Effect.DISTURBANCE),
    RESTART_TRUSTED("trusted application stopped and started", 3, Effect.DISTURBANCE),
    RESTART_QCOMTEE("qcomtee stopped and started", 2, Effect.DISTURBANCE),
    UPDATE_QCOMTEE("qcomtee updated and refreshed", 2, Effect.DISTURBANCE),
    RESTART_EMULATOR("emulator stopped and started", 2, Effect.DISTURBANCE),
    UPDATE_EMULATOR("emulator updated and refreshed", 1, Effect.DISTURBANCE),
    RESTART_CORE("core stopped and started", 2, Effect.DISTURBANCE),
    UPDATE_CORE("core updated and refreshed", 2, Effect.DISTURBANCE),
    RESTART_SHM("shm stopped and started", 1, Effect.DISTURBANCE),
    UPDATE_SHM("shm updated and refreshed", 1, Effect.DISTURBANCE);

    /** What it means for requests. */
    enum Effect {
        /** None is refused but those it is aimed at. */
        NONE,
        /** None is refused at all. */
        SWAP,
        /** Any may be refused, until everything works again. */
        DISTURBANCE
    }

    private final String words;
    private final int weight;
    private final Effect effect;

    Action(String words, int weight, Effect effect) {
        this.words = words;
        this.weight = weight;
        this.effect = effect;
    }

    String words() {
        return words;
    }

    int weight() {
        return weight;
    }

    Effect effect() {
        return effect;
    }
}
