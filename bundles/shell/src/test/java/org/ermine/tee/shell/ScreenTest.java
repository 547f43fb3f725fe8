// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.felix.gogo.jline.Posix;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.FailedTrustedServiceDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.ermine.tee.runtime.LatencyDTO;
import org.ermine.tee.runtime.RefusalDTO;
import org.ermine.tee.runtime.RequestDTO;
import org.ermine.tee.runtime.StatisticsDTO;
import org.ermine.tee.runtime.TeeRecorder;
import org.ermine.tee.shell.command.Call;
import org.ermine.tee.shell.command.CommandException;
import org.ermine.tee.shell.command.Commands;
import org.ermine.tee.shell.command.Shell;
import org.ermine.tee.shell.qtee.QteeCommands;
import org.ermine.tee.shell.runtime.RecordCommand;
import org.ermine.tee.shell.runtime.State;
import org.ermine.tee.shell.runtime.StatisticsCommand;
import org.ermine.tee.shell.sealed.BackupCommands;
import org.ermine.tee.shell.sealed.FakeAdmin;
import org.ermine.tee.shell.sealed.MemoryStorage;
import org.ermine.tee.shell.sealed.ResetStoreCommand;
import org.ermine.tee.shell.sealed.SealedStorageCommands;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.BundleContext;

/** What all commands print on a terminal of 80 columns, with few and with very many of everything. */
@Timeout(60)
class ScreenTest {

    private static final int FEW = 2;
    private static final int MANY = 3000;
    private static final int WIDTH = 80;
    /** Output of two tables, each with a row of several lines. */
    private static final int MOST_LINES = 12 * Call.SHOWN;

    private static final String BUNDLE = "org.ermine.tee.supplicant.gpfs 0.1.0.SNAPSHOT";
    private static final String REASON = "the TEE does not take it as listener: not registered: ID_IN_USE (error 12);"
            + " option stateDirectory=/var/lib/a/path/without/any/space/in/it/that/is/quite/long is wrong";

    private static final List<String> LISTINGS = List.of(
            "devices",
            "contexts",
            "objects 1",
            "requests",
            "requests 1",
            "handlers",
            "handlers --swaps",
            "permissions",
            "info",
            "services",
            "statistics",
            "statistics --histogram",
            "ls",
            "salvageable",
            "drawers");
    /** Commands that do something, and tell of it in a sentence. */
    private static final Set<String> ACTIONS =
            Set.of("seal", "unseal", "rm", "mv", "record", "reset-store", "backup", "restore");

    private final State state = new State();
    private final MemoryStorage storage = new MemoryStorage();
    private final List<Commands> all = List.of(
            state.commands(),
            new StatisticsCommand(state),
            new QteeCommands(mock(BundleContext.class), state),
            new SealedStorageCommands(storage, new FakeAdmin(storage)),
            new BackupCommands(new FakeAdmin(storage)),
            new ResetStoreCommand(storage, new FakeAdmin(storage)),
            new RecordCommand(new NoRecorder()));

    @AutoClose
    private final Shell shell = new Shell(all.toArray(Commands[]::new));

    private static final class NoRecorder implements TeeRecorder {

        @Override
        public void start(Path file, Duration duration) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Path stop() {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeEach
    void narrow() {
        shell.session().put("COLUMNS", WIDTH);
    }

    static Stream<Arguments> listings() {
        return LISTINGS.stream().flatMap(line -> Stream.of(Arguments.of(line, FEW), Arguments.of(line, MANY)));
    }

    @ParameterizedTest(name = "given {1} of everything then no line of tee:{0} is wider than the terminal")
    @MethodSource("listings")
    void givenATerminalThenNoLineIsWiderAndNobodyHasToScrollForEver(String line, int count) throws Exception {
        fill(count);
        List<String> printed = shell.type("tee:" + line).lines().toList();

        for (String each : printed) {
            assertTrue(width(each) <= WIDTH, "'" + each + "' is wider than the terminal");
        }
        assertTrue(printed.size() <= MOST_LINES, printed.size() + " lines");
        assertTrue(printed.size() >= FEW, String.join("\n", printed));
    }

    static Stream<String> thoseThatCanBeLong() {
        return LISTINGS.stream().filter(line -> !line.equals("info") && !line.startsWith("statistics"));
    }

    @ParameterizedTest(name = "given thousands then tee:{0} says how many are not shown and --all shows them")
    @MethodSource("thoseThatCanBeLong")
    void givenThousandsThenTheRestIsCountedAndCanBeSeen(String line) throws Exception {
        fill(MANY);
        String some = shell.type("tee:" + line);
        assertTrue(some.contains(" more; --all shows them"), some);

        String everything = shell.type("tee:" + line + " --all");
        assertFalse(everything.contains(" more; --all"), "nothing is left");
        assertTrue(everything.lines().count() >= MANY, everything.lines().count() + " lines");
    }

    @Test
    void givenThousandsOfContextsThenTheyAreSummedUpByOwner() throws Exception {
        fill(MANY);
        shell.session().put("COLUMNS", "200");
        String printed = shell.type("tee:contexts");

        assertTrue(printed.contains("and 5900 more; --all shows them"), printed);
        assertTrue(printed.contains("All together:"), printed);
        assertTrue(
                printed.matches("(?s).*gpfs 0.1.0.SNAPSHOT +12 +qtee-emulator +3000 +12000 +3000 +0 +5999.*"), printed);
    }

    @Test
    void everyCommandIsLookedAt() {
        Set<String> looked = new TreeSet<>(ACTIONS);
        LISTINGS.forEach(line -> looked.add(line.split(" ")[0]));
        Set<String> known = new TreeSet<>();
        all.forEach(each -> known.addAll(each.candidates().keySet()));

        assertEquals(known, looked);
    }

    @Test
    void givenAVariableThatWasNeverSetThenEveryCommandSaysSo() {
        for (Commands each : all) {
            for (String name : each.candidates().keySet()) {
                for (String operands : List.of("$never", "one $never", "$never $never $never")) {
                    String line = "tee:" + name + " " + operands;
                    String told = assertThrows(CommandException.class, () -> shell.type(line), line)
                            .getMessage();
                    assertTrue(told.startsWith("tee:" + name + ": an operand is null"), told);
                }
            }
        }
    }

    @Test
    void noHelpIsWiderThanTheTerminal() throws Exception {
        for (Commands each : all) {
            for (String name : each.candidates().keySet()) {
                shell.type("tee:" + name + " --help")
                        .lines()
                        .forEach(line -> assertTrue(width(line) <= WIDTH, "'" + line + "' is wider than the terminal"));
            }
        }
    }

    @Test
    void whatGoesIntoAFileOrAPipeHasOneLineForEachRow() throws Exception {
        fill(FEW);
        shell.session().put("COLUMNS", null);
        shell.add("gogo", new Posix(null), "grep");

        assertEquals(
                FEW, shell.type("tee:handlers | gogo:grep 123456789").lines().count());
        List<String> rows =
                shell.type("tee:handlers | gogo:grep 0x5000").lines().toList();
        assertTrue(rows.get(0).startsWith("listener"), rows.get(0));
        assertTrue(rows.get(0).endsWith("1 min 30 s"), rows.get(0));
    }

    private void fill(int count) throws Exception {
        state.devices(device("qtee-emulator", count), device("qtee-of-another-name", count));
        state.handlers(many(count, this::handler).toArray(HandlerDTO[]::new))
                .failedHandlers(many(count, ScreenTest::failed).toArray(FailedHandlerDTO[]::new))
                .failedTrustedServices(many(count, ScreenTest::failedService).toArray(FailedTrustedServiceDTO[]::new))
                .swaps(many(count, i -> State.swap(BUNDLE, BUNDLE, 1000L * i, 12))
                        .toArray(HandlerSwapDTO[]::new));
        if (count == MANY) {
            state.dto.devices = Stream.concat(Stream.of(state.dto.devices), many(count, i -> device("device-" + i, 0)))
                    .toArray(DeviceDTO[]::new);
        }
        many(count, i -> state.object(i, "callback", "org.example.a.quite.LongNameOfAClass$Inner"))
                .toList();
        state.dto.permissions.enforcedBy = BUNDLE;
        state.dto.permissions.rules = many(
                        count, i -> "services = com.example.application" + i + ".*: 3, 5000, 5001, 5002, 5003, 5004")
                .toArray(String[]::new);
        state.dto.permissions.refusals = many(count, ScreenTest::refusal).toArray(RefusalDTO[]::new);
        state.dto.statistics = new StatisticsDTO();
        state.dto.statistics.sampling = 64;
        state.dto.statistics.latencies = many(6, ScreenTest::latency).toArray(LatencyDTO[]::new);
        Path file = java.nio.file.Files.createTempFile("sealed", "");
        for (int i = 0; i < count; i++) {
            storage.drawer("bundle/com.example.applications.of.somebody.with.a.long.name.number-" + i);
            storage.seal(
                    "letters/to/somebody/about/something/that/is/not/short/number-" + i, file, (done, total) -> {});
        }
        java.nio.file.Files.delete(file);
    }

    private static <T> Stream<T> many(int count, IntFunction<T> make) {
        return IntStream.range(0, count).mapToObj(make);
    }

    private static DeviceDTO device(String name, int contexts) {
        DeviceDTO device = State.device(
                name,
                many(contexts, i -> State.context(i + 1, BUNDLE, 90_061_000, requests(i, contexts)))
                        .toArray(ContextDTO[]::new));
        device.abandonedCalls = 3;
        device.development = true;
        return device;
    }

    private static RequestDTO[] requests(int context, int of) {
        int count = context == 0 ? of : 1;
        return many(count, i -> State.request(4_294_967_296L + i, "PROCESSING", 3_900_000))
                .toArray(RequestDTO[]::new);
    }

    private HandlerDTO handler(int i) {
        HandlerDTO handler = State.handler("listener", "0x" + Integer.toHexString(0x5000 + i), i % 2 == 0);
        handler.bundle = BUNDLE;
        handler.devices = new String[] {"qtee-emulator", "qtee-of-another-name"};
        handler.requests = 123_456_789;
        return handler;
    }

    private static FailedHandlerDTO failed(int i) {
        FailedHandlerDTO failed = State.failedHandler("0x" + i, REASON);
        failed.bundle = BUNDLE;
        failed.kind = i % 2 == 0 ? "driver" : "listener";
        return failed;
    }

    private static FailedTrustedServiceDTO failedService(int i) {
        FailedTrustedServiceDTO failed = State.failedTrustedService("" + i, REASON);
        failed.bundle = BUNDLE;
        return failed;
    }

    private static RefusalDTO refusal(int i) {
        RefusalDTO refusal = new RefusalDTO();
        refusal.bundle = BUNDLE;
        refusal.bundleId = i;
        refusal.option = "callbacks";
        refusal.name = "org.example.a.name.of.a.callback." + i;
        refusal.reason = REASON;
        return refusal;
    }

    private static LatencyDTO latency(int i) {
        LatencyDTO latency = State.latency();
        latency.device = i < 3 ? "qtee-emulator" : "qtee-of-another-name";
        latency.kind = List.of(LatencyDTO.INVOCATION, LatencyDTO.QUEUE, LatencyDTO.CALLBACK)
                .get(i % 3);
        latency.count = 123_456_789;
        return latency;
    }

    /** The width in characters. */
    private static int width(String line) {
        return line.codePointCount(0, line.length());
    }
}
