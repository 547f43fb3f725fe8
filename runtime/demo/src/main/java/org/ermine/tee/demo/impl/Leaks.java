// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.RuntimeDTO;

/** What is left over after all was closed. */
final class Leaks {

    private static final String THREAD_PREFIX = "ermine-";
    private static final String PACKAGE = "org.ermine.";
    /** Waits for the end of the framework, and so of the demo. */
    private static final String LAUNCHER = "org.ermine.tee.launcher.";

    private Leaks() {}

    /** Contexts, and objects that they or nobody holds. */
    static List<String> contexts(RuntimeDTO state) {
        List<String> found = new ArrayList<>();
        for (DeviceDTO device : state.devices) {
            for (ContextDTO context : device.contexts) {
                found.add(String.format(
                        Locale.ROOT,
                        "context %d of %s with %d TEE objects, %d callback objects, %d shared memories",
                        context.id,
                        context.owner,
                        context.teeObjects,
                        context.callbackObjects,
                        context.sharedMemories));
            }
            add(found, device.pendingReleases, "releases not done");
            add(found, device.leakedObjects, "objects lost without being closed");
        }
        return found;
    }

    /**
     * Shared memory. A driver keeps buffers for its next message, so it can be told only when there is none any more.
     */
    static List<String> memory(RuntimeDTO state) {
        List<String> found = new ArrayList<>();
        add(found, state.devices.length, "devices");
        add(found, state.memory.inUse, "bytes of shared memory in use");
        add(found, state.memory.buffersInUse, "message buffers in use");
        add(found, state.memory.regions, "memory objects");
        add(found, state.memory.registered, "bytes of registered memory");
        return found;
    }

    /** Threads that Ermine named, or that are in its code; those of the demo and of the launcher excepted. */
    static List<String> threads() {
        List<String> found = new ArrayList<>();
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            boolean named = thread.getName().startsWith(THREAD_PREFIX);
            boolean inside = Arrays.stream(stack)
                    .map(StackTraceElement::getClassName)
                    .anyMatch(name -> name.startsWith(PACKAGE)
                            && !name.startsWith(LAUNCHER)
                            && !name.startsWith(Leaks.class.getPackageName()));
            if (named || inside) {
                found.add("thread " + thread.getName());
            }
        });
        return found;
    }

    private static void add(List<String> found, long count, String what) {
        if (count != 0) {
            found.add(count + " " + what);
        }
    }
}
