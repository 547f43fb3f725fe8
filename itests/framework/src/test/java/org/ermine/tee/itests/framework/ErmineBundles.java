// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.util.List;

/** The symbolic names of the bundles that make up Ermine. */
final class ErmineBundles {

    static final String API = "org.ermine.tee.api";
    static final String MINK = "org.ermine.tee.mink";
    static final String SHM = "org.ermine.tee.shm";
    static final String CORE = "org.ermine.tee.core";
    static final String PERMISSIONS = "org.ermine.tee.permissions";
    static final String QCOMTEE = "org.ermine.tee.qcomtee";
    static final String EMULATOR = "org.ermine.tee.qtee.emulator";
    static final String SUPPLICANT = "org.ermine.tee.supplicant";
    static final String GPFS = "org.ermine.tee.supplicant.gpfs";
    static final String TA = "org.ermine.tee.ta.sealedstorage";
    static final String CLIENT = "org.ermine.tee.sealedstorage";

    /** Those that an invocation with a callback passes through. */
    static final List<String> PATH = List.of(SHM, CORE, QCOMTEE, EMULATOR, SUPPLICANT);

    /** The same bundles, and the one that decides what clients may do. */
    static final List<String> PERMISSIONS_PATH = List.of(PERMISSIONS, SHM, CORE, QCOMTEE, EMULATOR, SUPPLICANT);

    static final List<String> ALL = List.of(
            API,
            SHM,
            CORE,
            PERMISSIONS,
            MINK,
            QCOMTEE,
            EMULATOR,
            SUPPLICANT,
            "org.ermine.tee.supplicant.time",
            GPFS,
            TA,
            CLIENT,
            "org.ermine.tee.shell");

    private ErmineBundles() {}
}
