// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.Diagnostics;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.TeeCallback;
import org.ermine.tee.trusted.QteeApplication;
import org.ermine.tee.trusted.QteeService;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.osgi.framework.Constants;

@Timeout(60)
class InMemoryTeeTest {

    @AutoClose
    private final InMemoryTee tee = InMemoryTee.start();

    @QteeService(uid = 5000)
    private static final class Adder implements TrustedService {
        @Override
        public TrustedObject open(TrustedClient client) {
            return (op, arguments) -> {
                arguments.expect(1, 1, 0, 0);
                arguments
                        .output(0)
                        .putInt(arguments.input(0).getInt(0)
                                + arguments.input(0).getInt(4));
            };
        }
    }

    @QteeApplication(name = "namer")
    private static final class Namer implements TrustedApplication {
        @Override
        public TrustedObject start(TrustedEnvironment environment) {
            return (op, arguments) -> arguments.output(0).put(environment.name().getBytes());
        }
    }

    @TeeCallback(callback = "squares")
    private static final class Squares implements CallbackObject {
        @Override
        public void dispatch(int op, IncomingArguments arguments) throws TeeException {
            arguments.expect(0, 1, 0, 0);
            arguments.output(0).putInt(op * op);
        }
    }

    @Test
    void givenATeeInMemoryWhenOneLooksAtItsDeviceThenItIsSaidToBeForDevelopmentAsTheEmulatorIs() {
        DeviceDTO device = tee.runtime().snapshot(0).devices[0];
        assertEquals("qtee-emulator", device.name);
        assertTrue(device.development);
    }

    @Test
    void aClientFindsTheServicesOfQtee() throws Exception {
        try (TeeContext context = tee.open();
                ClientEnv environment = ClientEnv.register(context);
                Diagnostics diagnostics = Diagnostics.open(environment)) {
            assertTrue(diagnostics.queryHeapInfo().free() > 0);
        }
    }

    @Test
    void aHandlerAnswersAtOnceAfterItsDeploymentAndNoMoreAfterItsEnd() throws Exception {
        Deployment deployed = tee.deploy(new Doubler());
        assertEquals(42, tee.request(Doubler.LISTENER, Messages.of(1, 21)).getInt(4));
        TeeException refused = assertThrows(TeeException.class, () -> tee.request(Doubler.LISTENER, Messages.of(7, 0)));
        assertEquals(TeeResult.of(11), refused.result());

        deployed.close();
        assertEquals(0, tee.runtime().snapshot().handlers.length);
    }

    @Test
    void theHandlerWithTheHighestRankingAnswers() throws Exception {
        tee.deploy(new Doubler());
        ListenerHandler tripler = message -> message.putInt(4, 3 * message.getInt(4));
        Map<String, Object> properties = Map.of(
                ListenerHandler.ID, Doubler.LISTENER, ListenerHandler.BUFFER_SIZE, 4096, Constants.SERVICE_RANKING, 1);
        Deployment higher = tee.deploy(tripler, properties);
        assertEquals(63, tee.request(Doubler.LISTENER, Messages.of(1, 21)).getInt(4));

        higher.close();
        assertEquals(42, tee.request(Doubler.LISTENER, Messages.of(1, 21)).getInt(4));
    }

    @Test
    void aHandlerThatCannotBeUsedIsRefusedWithTheReason() {
        ListenerHandler handler = message -> {};

        assertRefused("tee.listener.id is missing", () -> tee.deploy(handler));
        assertRefused(
                "tee.listener.bufferSize is 3, expected 4 to",
                () -> tee.deploy(handler, Map.of(ListenerHandler.ID, 0x4000, ListenerHandler.BUFFER_SIZE, 3)));
        assertRefused(
                "tee.listener.id is of type String, expected Integer",
                () -> tee.deploy(handler, Map.of(ListenerHandler.ID, "1", ListenerHandler.BUFFER_SIZE, 8)));
        assertRefused(
                "does not take it as listener",
                () -> tee.deploy(handler, Map.of(ListenerHandler.ID, -1, ListenerHandler.BUFFER_SIZE, 8)));
        assertRefused("needs the property qtee.uid", () -> tee.deploy((TrustedService) client -> null));
        assertRefused("is none of", () -> tee.deploy("text"));
        // A listener that the TEE refused is taken back by the thread that told the TEE of it.
        await("what was refused is taken back").until(() -> tee.runtime().snapshot().failedHandlers.length == 0);
    }

    private static void assertRefused(String reason, Executable deploy) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, deploy);
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    }

    @Test
    void aCallbackObjectIsInvokedAsTheSecureWorldDoes() throws Exception {
        tee.deploy(new Squares());
        byte[] room = new byte[4];
        try (TeeContext context = tee.open()) {
            tee.callBack(context.callback("squares"), 7, new Arguments().out(room));
            assertEquals(49, room[0]);
        }

        List<Integer> ops = new ArrayList<>();
        tee.callBack((op, arguments) -> ops.add(op), 3, new Arguments());
        assertEquals(List.of(3), ops);
        TeeException refused = assertThrows(TeeException.class, () -> tee.callBack(new Squares(), 1, new Arguments()));
        assertEquals(TeeResult.INVALID, refused.result());
    }

    @Test
    void trustedServicesAndApplicationsRunInIt() throws Exception {
        tee.deploy(new Adder());
        tee.deploy(new Namer());
        byte[] room = new byte[16];
        try (TeeObject adder = tee.openService(5000);
                TeeObject namer = tee.openApplication("namer")) {
            adder.invoke(0, new Arguments().in(Messages.of(40, 2)).out(room));
            assertEquals(42, room[0]);
            Arguments arguments = new Arguments().out(room);
            namer.invoke(0, arguments);
            assertEquals("namer", new String(room, 0, arguments.size(0)));
        }
    }

    @Test
    void withoutASupplicantNobodyAnswersAndWithANewOneTheSameHandlersDo() throws Exception {
        tee.deploy(new Doubler());
        tee.killSupplicant();
        assertEquals(0, tee.runtime().snapshot().handlers.length);

        tee.startSupplicant();
        assertEquals(4, tee.request(Doubler.LISTENER, Messages.of(1, 2)).getInt(4));
    }

    @Test
    void contextsBelongToTheBundleTheyAreOpenedFor() throws Exception {
        try (TeeContext context = tee.device("com.example.client").open()) {
            assertTrue(Arrays.stream(tee.runtime().snapshot().devices[0].contexts)
                    .anyMatch(open -> open.owner.startsWith("com.example.client")));
            assertFalse(context.isClosed());
        }
    }

    @Test
    void optionsAreThoseOfTheBundlesAndWrongOnesAreRefused() {
        try (InMemoryTee other = InMemoryTee.builder()
                .option("org.ermine.tee.qtee.emulator", "qteeVersion", "6.7.8")
                .start()) {
            assertEquals("6.7.8", other.device().version().release());
        }
        InMemoryTee.Builder unknown = InMemoryTee.builder().option("org.ermine.tee.supplicant", "worker", 1);
        assertThrows(IllegalArgumentException.class, unknown::start);
        InMemoryTee.Builder wrong = InMemoryTee.builder().option("org.ermine.tee.supplicant", "workers", "1");
        assertThrows(IllegalArgumentException.class, wrong::start);
        InMemoryTee.Builder refused = InMemoryTee.builder().option("org.ermine.tee.supplicant", "workers", 0);
        assertThrows(IllegalArgumentException.class, refused::start);
        InMemoryTee.Builder nobodys = InMemoryTee.builder().option("org.ermine.tee.suplicant", "workers", 1);
        assertThrows(IllegalArgumentException.class, nobodys::start);
        InMemoryTee.Builder without =
                InMemoryTee.builder().option("org.ermine.tee.supplicant.impl.Supplicant", "workers", 1);
        assertThrows(IllegalArgumentException.class, without::start);
    }

    @Test
    void nothingIsLeftOfAClosedOne() throws Exception {
        TeeContext context = tee.open();
        tee.deploy(new Doubler());
        List<Path> before = files();
        try (InMemoryTee other = InMemoryTee.start()) {
            assertEquals(before.size() + 1, files().size());
            other.open();
        }
        assertThrows(
                IllegalArgumentException.class,
                InMemoryTee.builder().option("org.ermine.tee.supplicant", "workers", 0)::start);
        assertEquals(before, files());
        tee.close();

        assertTrue(context.isClosed());
        tee.await(
                "no thread of it is left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("ermine-")));
        tee.close();
    }

    private static List<Path> files() throws Exception {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(each -> each.getFileName().toString().startsWith("ermine-testing"))
                    .sorted()
                    .toList();
        }
    }
}
