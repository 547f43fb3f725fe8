// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What stands for a limit that was reached names it: the option by which an operator changes it, or that it is fixed.
 * Each statement that uses a result of that kind and does neither is named here, with the reason.
 */
class RefusalsIT {

    /** Results that mean that something is used up, full, or was too long. */
    private static final Pattern LIMITS =
            Pattern.compile("\\b(Errno|FileErrno|TeeResult)\\.(ENOMEM|ENOSPC|EBUSY|EMFILE|EDQUOT|ETIMEDOUT|"
                    + "MEM|KMEM|USERMEM|NOSLOTS|BUSY|TIMEOUT|MAXDATA|MAXARGS)\\b");
    /** Texts of a share or limit name option, value and holders themselves. */
    private static final Pattern NAMES = Pattern.compile("option|fixed limit|[rR]efusal\\(|largest\\(");

    private static final String BROKEN_OFF = "an Error of the JVM broke the call off";
    private static final String FORMAT = "what a message can hold is not Ermine's to change";
    private static final String TABLE = "says which result stands for which";
    private static final String TOLD = "the statements beside it tell the log, with the option";
    private static final String DISK = "what is full is the operator's disk, which the text names";
    private static final String BUSY = "is no limit: one request at a time is what the protocol says";

    private static final Map<String, String> NO_OPTION = new TreeMap<>(Map.ofEntries(
            Map.entry("org/ermine/tee/Errno", TABLE),
            Map.entry("org/ermine/tee/qcomtee/message/Results", TABLE),
            Map.entry("org/ermine/tee/qtee/emulator/message/ResultCodes", TABLE),
            Map.entry("org/ermine/tee/core/callback/CallbackServer", BROKEN_OFF),
            Map.entry("org/ermine/tee/qcomtee/impl/QcomTee", BROKEN_OFF),
            Map.entry("org/ermine/tee/core/callback/IncomingCall", BROKEN_OFF),
            Map.entry("org/ermine/tee/core/invoke/Invoker", FORMAT),
            Map.entry("org/ermine/tee/qcomtee/message/DirectMessage", FORMAT),
            Map.entry("org/ermine/tee/qtee/emulator/message/CallbackLayout", FORMAT),
            Map.entry("org/ermine/tee/qcomtee/limit/DeviceLimits", "tells which limit it was"),
            Map.entry("org/ermine/tee/qcomtee/request/ClientWait", "becomes TIMEOUT, which DeviceLimits explains"),
            Map.entry("org/ermine/tee/qcomtee/call/PrimordialObject", "goes to the TEE, which takes no text"),
            Map.entry("org/ermine/tee/qtee/emulator/listener/Listener", BUSY),
            Map.entry("org/ermine/tee/qtee/emulator/app/LoadedApp", "is no limit: it is still starting"),
            Map.entry(
                    "org/ermine/tee/qtee/emulator/object/DomainObjectTable",
                    "makes an exception of the texts that its callers give"),
            Map.entry("org/ermine/tee/qtee/emulator/state/SecureState", DISK),
            Map.entry("org/ermine/tee/shm/impl/PooledSharedMemory", "the JVM's own limit, which the text names"),
            Map.entry("org/ermine/tee/supplicant/gpfs/disk/Diagnosis", DISK),
            Map.entry(
                    "org/ermine/tee/supplicant/gpfs/impl/FailureLog",
                    "tells what concerns the operator from what does not"),
            Map.entry("org/ermine/tee/ta/sealedstorage/versions/SecureCounters", DISK),
            Map.entry("org/ermine/tee/supplicant/handler/HandlerInvoker", TOLD),
            Map.entry("org/ermine/tee/supplicant/handler/HandlerSlot", BUSY),
            Map.entry("org/ermine/tee/supplicant/listener/ListenerRequest", BUSY),
            Map.entry("org/ermine/tee/supplicant/call/Watchdog", TOLD),
            Map.entry("org/ermine/tee/supplicant/worker/WorkerPool", TOLD)));

    private static List<String> unnamed(String source) {
        return MainSources.statements(source).stream()
                .filter(statement -> LIMITS.matcher(statement).find())
                .filter(statement -> !NAMES.matcher(statement).find())
                .toList();
    }

    @Test
    @DisplayName(
            "ERM-23: given the sources of what is deployed, then each refusal for a limit names its option, or that "
                    + "it is fixed")
    void eachRefusalNamesItsOption() throws IOException {
        Map<String, List<String>> found = new TreeMap<>();
        MainSources.all().forEach((name, source) -> {
            List<String> unnamed = unnamed(source);
            if (!unnamed.isEmpty()) {
                found.put(name, unnamed);
            }
        });

        assertEquals(
                String.join("\n", NO_OPTION.keySet()),
                String.join("\n", new TreeSet<>(found.keySet())),
                found::toString);
    }

    @Test
    @DisplayName("ERM-23: given a refusal that names nothing, then it is found, and one that names its option is not")
    void isFound() {
        assertTrue(unnamed("throw new TeeException(TeeResult.NOSLOTS, \"too many\");\n")
                        .size()
                == 1);
        assertTrue(unnamed("call.fail(Errno.EBUSY);\n").size() == 1);
        assertFalse(unnamed("throw new TeeException(\n  Errno.ENOSPC,\n  \"9 are open (option most of x)\");\n")
                        .size()
                == 1);
        assertFalse(
                unnamed("throw new TeeException(Errno.EINVAL, \"too many\");\n").size() == 1);
    }
}
