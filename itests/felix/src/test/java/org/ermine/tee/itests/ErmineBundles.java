// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.util.List;

/** The symbolic names of the bundles that make up Ermine. */
public final class ErmineBundles {

    public static final List<String> ALL = List.of(
            "org.ermine.tee.api",
            "org.ermine.tee.shm",
            "org.ermine.tee.core",
            "org.ermine.tee.permissions",
            "org.ermine.tee.mink",
            "org.ermine.tee.qcomtee",
            "org.ermine.tee.qtee.emulator",
            "org.ermine.tee.supplicant",
            "org.ermine.tee.supplicant.time",
            "org.ermine.tee.supplicant.gpfs",
            "org.ermine.tee.ta.sealedstorage",
            "org.ermine.tee.sealedstorage",
            "org.ermine.tee.statistics",
            "org.ermine.tee.shell",
            "org.ermine.tee.monitor",
            "org.ermine.tee.monitor.jmx",
            "org.ermine.tee.webconsole");

    private ErmineBundles() {}
}
