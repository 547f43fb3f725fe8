// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.runtime;

import static org.ermine.tee.shell.runtime.State.context;
import static org.ermine.tee.shell.runtime.State.device;
import static org.ermine.tee.shell.runtime.State.failedHandler;
import static org.ermine.tee.shell.runtime.State.handler;
import static org.ermine.tee.shell.runtime.State.request;
import static org.ermine.tee.shell.runtime.State.swap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.apache.felix.gogo.jline.Posix;
import org.apache.felix.gogo.jline.Procedural;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.RefusalDTO;
import org.ermine.tee.shell.command.Shell;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RuntimeCommandsTest {

    private final State state = new State();

    @AutoClose
    private final Shell shell = new Shell(state.commands());

    @Test
    void givenNoBackendThenDevicesSaysSoInASentence() throws Exception {
        assertEquals(
                lines("No device. Is a backend such as org.ermine.tee.qcomtee deployed?"), shell.type("tee:devices"));
    }

    @Test
    void givenAChannelThatCannotBeThenDevicesSaysWhy() throws Exception {
        FailedHandlerDTO channel = failedHandler("qtee-emulator", "option stateDirectory is wrong");
        channel.kind = "channel";
        channel.serviceId = -1;
        state.failedHandlers(channel, failedHandler("0xb", "bufferSize is missing"));

        assertEquals(
                lines(
                        "No device. Is a backend such as org.ermine.tee.qcomtee deployed?",
                        "",
                        "What makes no device:",
                        "KIND     NAME           BUNDLE                    SERVICE  REASON",
                        "channel  qtee-emulator  com.example.broken 1.0.0        -  option stateDirectory is wrong"),
                shell.type("tee:devices"));
    }

    @Test
    void givenADeviceThenDevicesShowsItInARowUnderAHeader() throws Exception {
        var device = device("qtee-emulator", context(1, "a", 0), context(2, "b", 0));
        device.development = true;
        state.devices(device);

        assertEquals(
                lines(
                        "NAME           TEE   VERSION  KIND         CONTEXTS  PENDING RELEASES  LEAKED OBJECTS",
                        "qtee-emulator  QTEE  5.2.0    development         2                 3               0"),
                shell.type("tee:devices"));
    }

    @Test
    @DisplayName("ERM-25: given calls that a TEE does not return from, then devices shows how many")
    void givenAbandonedCallsThenDevicesShowsHowMany() throws Exception {
        var device = device("one");
        device.abandonedCalls = 4;
        state.devices(device, device("two"));

        List<String> shown = shell.type("tee:devices").lines().toList();
        assertTrue(shown.get(0).endsWith("ABANDONED CALLS"), shown.get(0));
        assertTrue(shown.get(1).endsWith(" 4"), shown.get(1));
        assertTrue(shown.get(2).endsWith(" 0"), shown.get(2));
    }

    @Test
    void givenContextsOnTwoDevicesWhenOneIsNamedThenContextsShowsOnlyThatOnes() throws Exception {
        state.devices(device("one", context(7, "com.example.app 1.0.0", 65_000)), device("two", context(8, "b", 0)));

        assertEquals(
                lines(
                        "ID  DEVICE  OWNER                  BUNDLE  STATE        AGE  OBJECTS  CALLBACKS  MEMORY  "
                                + "REQUESTS",
                        " 7  one     com.example.app 1.0.0      12  open   1 min 5 s        4          1       0      "
                                + "   0"),
                shell.type("tee:contexts one"));
    }

    @Test
    void givenContextsThatAreOpenedAsFastAsTheyAreShownThenAllOfThemEnds() throws Exception {
        var device = device("one", context(1, "a", 0), context(2, "a", 0));
        state.devices(device);
        long[] next = {3};
        state.afterPage = () -> {
            assertTrue(next[0] < 100, "shown without end");
            state.devices(device("one", context(next[0]++, "late", 0)));
        };

        assertFalse(shell.type("tee:contexts --all").contains("late"));
    }

    @Test
    void givenAContextThatIsClosedButHeldThenContextsTellsItApart() throws Exception {
        var held = context(7, "a", 0);
        held.closed = true;
        state.devices(device("one", held));

        assertTrue(shell.type("tee:contexts").contains(" closed "));
    }

    @Test
    void givenRulesAndRefusalsThenPermissionsShowsBoth() throws Exception {
        RefusalDTO refusal = new RefusalDTO();
        refusal.bundle = "com.example.app 1.0.0";
        refusal.bundleId = 12;
        refusal.option = "services";
        refusal.name = "87";
        refusal.count = 3;
        refusal.lastAt = State.NOW - 65_000;
        refusal.reason = "no rule permits it";
        state.dto.permissions.enforcedBy = "org.example.rules 1.0.0 [7]";
        state.dto.permissions.rules = new String[] {"devices = *:*", "services = com.acme.*: 87"};
        String decides =
                "org.example.rules 1.0.0 [7] decides what is permitted; without a bundle that does, everything is.";
        assertEquals(
                lines(decides, "RULE", "devices = *:*", "services = com.acme.*: 87"), shell.type("tee:permissions"));

        state.dto.permissions.refused = 3;
        state.dto.permissions.refusals = new RefusalDTO[] {refusal};
        assertEquals(
                lines(
                        decides,
                        "RULE",
                        "devices = *:*",
                        "services = com.acme.*: 87",
                        "",
                        "What was refused, 3 times in all:",
                        "BUNDLE                 ID  OPTION    REFUSED  LAST        AGE  REASON",
                        "com.example.app 1.0.0  12  services        3  87    1 min 5 s  no rule permits it"),
                shell.type("tee:permissions"));
    }

    @Test
    void givenNoBundleThatDecidesThenPermissionsTellsWhatHolds() throws Exception {
        assertEquals(
                lines("No bundle decides what is permitted: everything is, but to speak for others."),
                shell.type("tee:permissions"));
        state.dto.permissions.required = true;
        state.dto.permissions.failure = "permissions are required";
        assertEquals(lines("Nothing is permitted: permissions are required"), shell.type("tee:permissions"));
    }

    @Test
    void givenABundleThatDecidesWhereOneIsRequiredThenPermissionsTellsThat() throws Exception {
        state.dto.permissions.enforcedBy = "org.example.rules 1.0.0 [7]";
        state.dto.permissions.required = true;
        assertEquals(
                lines(
                        "org.example.rules 1.0.0 [7] decides what is permitted; without a bundle that does, "
                                + "nothing is.",
                        "Nothing is permitted."),
                shell.type("tee:permissions"));
    }

    @Test
    void givenABundleThatDecidesWithControlCharactersInItsLocationThenTheyAreEscaped() throws Exception {
        state.dto.permissions.enforcedBy = "file:\u001b[2J 0.0.0 [7]";
        assertEquals(
                lines(
                        "file:\\u001b[2J 0.0.0 [7] decides what is permitted; without a bundle that does, everything "
                                + "is.",
                        "Nothing is permitted."),
                shell.type("tee:permissions"));
    }

    @Test
    void givenAConfigurationThatPermitsNothingThenPermissionsTellsWhy() throws Exception {
        state.dto.permissions.failure = "option devices is refused";

        assertEquals(lines("Nothing is permitted: option devices is refused"), shell.type("tee:permissions"));
    }

    @Test
    void givenAnUnknownDeviceThenContextsFailsNamingIt() {
        assertEquals("tee:contexts: no device nine", shell.refusal("tee:contexts nine"));
    }

    @Test
    void givenMoreObjectsThanAreShownThenObjectsSaysSoAndAllShowsThem() throws Exception {
        state.devices(device("one", context(7, "a", 0)));
        for (int i = 0; i < 101; i++) {
            state.object(i, "callback", "com.example.Callback");
        }

        assertTrue(shell.type("tee:objects 7").endsWith(lines("and 1 more; --all shows them")));
        assertEquals(102, shell.printed().lines().count());

        String all = shell.type("tee:objects -a 7");
        assertFalse(all.contains(" more; "));
        assertTrue(all.contains(lines("      7  100  callback  com.example.Callback")));
    }

    @Test
    void givenAContextWithoutObjectsThenObjectsSaysSo() throws Exception {
        state.devices(device("one", context(7, "a", 0)));

        assertEquals(lines("Context 7 has no objects."), shell.type("tee:objects 7"));
    }

    @Test
    void givenSomethingThatIsNoContextThenObjectsFailsNamingIt() {
        assertEquals("tee:objects: no context seven; tee:contexts lists them", shell.refusal("tee:objects seven"));
    }

    @Test
    void givenRequestsThenRequestsShowsStateAndAge() throws Exception {
        state.devices(device("one", context(7, "a", 0, request(1, "PROCESSING", 1500), request(2, "QUEUED", 3))));

        assertEquals(
                lines(
                        "CONTEXT  OWNER  ID  OBJECT  OP  STATE        AGE",
                        "      7  a       1      77   5  PROCESSING   1 s",
                        "      7  a       2      77   5  QUEUED      3 ms"),
                shell.type("tee:requests"));
    }

    @Test
    void givenRequestsOfAnotherContextThenRequestsOfOneSaysThereAreNone() throws Exception {
        state.devices(device("one", context(7, "a", 0, request(1, "QUEUED", 3)), context(8, "b", 0)));

        assertEquals(lines("No request waits for an answer."), shell.type("tee:requests 8"));
    }

    @Test
    void givenActiveStandbyAndFailedHandlersThenHandlersShowsEachWithItsReason() throws Exception {
        state.handlers(handler("listener", "0x7000", true), handler("listener", "0x7000", false))
                .failedHandlers(failedHandler("0xb", "bufferSize is missing"));

        assertEquals(
                lines(
                        "KIND      NAME    BUNDLE                     SERVICE  RANKING  STATE    DEVICES        "
                                + "REQUESTS  IN PROGRESS  FAILURES         AGE",
                        "listener  0x7000  com.example.handler 1.0.0       42       10  active   qtee-emulator      "
                                + "1234            0         1  1 min 30 s",
                        "listener  0x7000  com.example.handler 1.0.0       42        0  standby                     "
                                + "1234            0         1  1 min 30 s",
                        "",
                        "Handlers that cannot be used:",
                        "KIND      NAME  BUNDLE                    SERVICE  REASON",
                        "listener  0xb   com.example.broken 1.0.0       43  bufferSize is missing"),
                shell.type("tee:handlers"));
    }

    @Test
    void givenSwapsThenHandlersShowsWhoTookOverFromWhom() throws Exception {
        state.swaps(swap("", "a 1.0.0", 90_000, 0), swap("a 1.0.0", "", 5_000, 0), swap("", "a 1.0.1", 4_000, 950));

        assertEquals(
                lines(
                        "KIND      NAME    FROM     TO       VACANT         AGE",
                        "listener  0x7000  -        a 1.0.0    0 ms  1 min 30 s",
                        "listener  0x7000  a 1.0.0  -          0 ms         5 s",
                        "listener  0x7000  -        a 1.0.1  950 ms         4 s"),
                shell.type("tee:handlers --swaps"));
    }

    @Test
    void givenNoHandlerThenHandlersSaysSo() throws Exception {
        assertEquals(
                lines("No handler. Is a bundle such as org.ermine.tee.supplicant.gpfs deployed?"),
                shell.type("tee:handlers"));
    }

    @Test
    void whenHelpIsAskedForThenTheUsageIsPrintedAndNothingIsDone() throws Exception {
        String usage = lines(
                "tee:objects - lists the objects of contexts: held in the TEE, called back by it, and shared memory",
                "Usage: tee:objects [OPTION]... CONTEXT...",
                "  CONTEXT...  ids of contexts, as tee:contexts shows them",
                "  -a, --all   show all objects, not only the oldest 100 of a context",
                "  -h, --help  print this help");

        assertEquals(usage, shell.type("tee:objects --help"));
        assertEquals(usage, shell.type("tee:objects -h nonsense"));
    }

    @Test
    void whenTheArgumentsAreWrongThenTheFailureNamesThemAndShowsTheUsage() {
        assertEquals(
                lines("tee:devices: unknown option --wide", "Usage: tee:devices [OPTION]...")
                        .strip(),
                shell.refusal("tee:devices --wide"));
        assertEquals(
                lines("tee:devices: unexpected operand 7", "Usage: tee:devices [OPTION]...")
                        .strip(),
                shell.refusal("tee:devices 7"));
        assertEquals(
                lines("tee:objects: missing operand CONTEXT...", "Usage: tee:objects [OPTION]... CONTEXT...")
                        .strip(),
                shell.refusal("tee:objects"));
        assertEquals("tee:contexts: no device --wide", shell.refusal("tee:contexts -- --wide"));
    }

    @Test
    void whenACommandFailsThenAScriptCanCatchIt() throws Exception {
        shell.add("gogo", new Procedural(), "try");
        shell.add("gogo", new Posix(null), "echo");

        assertEquals(lines("caught"), shell.type("gogo:try { tee:objects 9 } { gogo:echo caught }"));
    }

    private static String lines(String... lines) {
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }
}
