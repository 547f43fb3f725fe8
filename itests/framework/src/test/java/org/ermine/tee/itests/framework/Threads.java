// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.util.List;

/** The threads of this JVM. */
final class Threads {

    private Threads() {}

    /** The names of those that Ermine has made and that are alive. */
    static List<String> ofErmine() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("ermine-"))
                .toList();
    }
}
