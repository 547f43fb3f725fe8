// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.mink.AppController;
import org.ermine.tee.mink.AppLoader;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.Diagnostics;
import org.ermine.tee.mink.FeatureVersions;
import org.ermine.tee.mink.QteeUid;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.TeeListener;
import org.ermine.tee.testing.GoldenMessages.Golden;
import org.ermine.tee.trusted.QteeApplication;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Each message between the worlds is compared with the table of golden messages, whichever of our halves wrote it: what
 * {@code mink} and core ask, what the emulator answers and asks back, what the supplicant and core answer.
 */
@Timeout(60)
class GoldenMessagesTest {

    private static final int LISTENER = 0x4000;
    private static final int TA_BUFFER = 268;
    private static final int GP_APP_CLIENT = 0x199;
    private static final int APP_CLIENT = 0x97;
    private static final int LEGACY_LOADER = 122;
    /** IPrimordial's operation. */
    private static final int YIELD = 1;

    private static final String UUID_NAME = "00112233-4455-6677-8899-aabbccddeeff";

    private final AtomicReference<WireTap> tap = new AtomicReference<>();
    private final Slow slow = new Slow();
    private final InMemoryTee tee = InMemoryTee.builder()
            .tap((channel, memory) -> {
                tap.set(new WireTap(channel, memory));
                return tap.get();
            })
            .option("org.ermine.tee.permissions", "identities", new String[] {"*: *"})
            .with(new Embedded())
            .with(new InABuffer())
            .with(new InARegion())
            .with(new Delivered())
            .with(slow)
            .start();

    @QteeApplication(name = "golden")
    private static final class Embedded extends Application {}

    @QteeApplication(name = "in-a-buffer")
    private static final class InABuffer extends Application {}

    @QteeApplication(name = "in-a-region")
    private static final class InARegion extends Application {}

    @QteeApplication(name = "delivered")
    private static final class Delivered extends Application {}

    private static class Application implements TrustedApplication {
        @Override
        public TrustedObject start(TrustedEnvironment environment) {
            return (op, arguments) -> {};
        }
    }

    /** Answers at once, but for commands 7 and 8. */
    @TeeListener(id = LISTENER, bufferSize = 4096)
    private static final class Slow implements ListenerHandler {
        private final CountDownLatch go = new CountDownLatch(1);
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch patience = new CountDownLatch(1);

        @Override
        public void handle(ByteBuffer message) throws InterruptedException {
            if (message.getInt(0) == 7) {
                go.await();
            } else if (message.getInt(0) == 8) {
                entered.countDown();
                patience.await();
            }
        }
    }

    @AfterEach
    void close() {
        slow.go.countDown();
        slow.patience.countDown();
        tee.close();
    }

    @Test
    @DisplayName(
            "MSG-1, MSG-3, MSG-4: given all public services and callbacks that are there, then each message of either "
                    + "side is"
                    + " one of the published ones, and none of these is missing")
    void allMessages() throws Exception {
        useListener();
        try (TeeContext context = tee.open();
                ClientEnv environment = ClientEnv.register(context)) {
            useRoot(context);
            useRootWithOwnIdentity(context);
            openWhatIsNotOffered(environment);
            useLoader(context, environment);
            useController(environment);
            deliver(context, environment);
        }
        List<Golden> golden = GoldenMessages.read();
        List<WireTap.Message> messages = tap.get().messages();
        assertEquals(
                List.of(),
                messages.stream()
                        .filter(message -> golden.stream().noneMatch(row -> row.matches(message)))
                        .toList(),
                "messages that are not in the table");
        assertEquals(
                List.of(),
                golden.stream()
                        .filter(row -> messages.stream().noneMatch(row::matches))
                        .map(Golden::name)
                        .toList(),
                "rows of the table that no message matches");
    }

    /** A client that leaves makes its handler busy for the next one, which the secure world lets wait. */
    private void useListener() throws Exception {
        tee.request(LISTENER, Messages.of(1, 0));
        assertThrows(TeeException.class, () -> tee.request(LISTENER, Messages.of(7, 0), Duration.ofSeconds(1)));
        CompletableFuture<Void> next = request(1);
        tee.await(
                "the secure world finds the listener busy",
                () -> tap.get().messages().stream().anyMatch(message -> message.result() == TeeResult.BUSY.code()));
        slow.go.countDown();
        next.join();
        waitForAnothersTurn();
    }

    /** While one client is with the listener the secure world lets the next one yield the processor. */
    private void waitForAnothersTurn() {
        CompletableFuture<Void> first = request(8);
        tee.await("a client is with the listener", () -> slow.entered.getCount() == 0);
        CompletableFuture<Void> second = request(1);
        tee.await(
                "the secure world lets a client yield",
                () -> tap.get().messages().stream()
                        .anyMatch(message -> message.interfaceName().equals("Primordial") && message.op() == YIELD));
        slow.patience.countDown();
        CompletableFuture.allOf(first, second).join();
    }

    private CompletableFuture<Void> request(int command) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        tee.request(LISTENER, Messages.of(command, 0));
                    } catch (TeeException e) {
                        throw new IllegalStateException(e);
                    }
                },
                client -> new Thread(client, "client").start());
    }

    private static void useRoot(TeeContext context) throws TeeException {
        Arguments whitelist = new Arguments()
                .in(Messages.of(3, 143))
                .in(context.credentials())
                .outObject();
        context.root().invoke(3, whitelist);
        whitelist.teeObject(2).close();
        refused(10, context.root(), 6, new Arguments().in(new byte[8]));
        refused(11, context.root(), 7, new Arguments().in(new byte[12]));
    }

    /**
     * As a public program for the Fairphone 5 registers, as libqcomtee with libcbor does, and with an object that has
     * properties.
     */
    private static void useRootWithOwnIdentity(TeeContext context) throws TeeException {
        // Map of 2: 1, the user: 0 and 1000; 6, the time: 0x19f00000000.
        for (String cbor : List.of("a20100061b0000019f00000000", "a2011a000003e8061b0000019f00000000")) {
            Arguments legacy = new Arguments().in(HexFormat.of().parseHex(cbor)).outObject();
            context.root().invoke(1, legacy);
            legacy.teeObject(1).close();
        }
        CallbackObject properties = GoldenMessagesTest::property;
        Arguments own = new Arguments().in(properties).outObject();
        context.root().invoke(5, own);
        own.teeObject(1).close();
    }

    private static void property(int op, IncomingArguments arguments) throws TeeException {
        switch (arguments.input(0).getInt()) {
            case 0 -> {
                arguments.output(0).put("uid".getBytes(StandardCharsets.US_ASCII));
                arguments.output(1).putInt(1000);
            }
            case 1 -> {
                arguments.output(0).put("pkg_name".getBytes(StandardCharsets.US_ASCII));
                arguments.output(1).put("golden".getBytes(StandardCharsets.US_ASCII));
            }
            default -> throw new TeeException(TeeResult.of(10), "there are two properties");
        }
    }

    /** Public services that the emulated QTEE does not have. */
    private static void openWhatIsNotOffered(ClientEnv environment) {
        for (int uid : new int[] {GP_APP_CLIENT, APP_CLIENT, LEGACY_LOADER}) {
            TeeException e = assertThrows(TeeException.class, () -> environment.open(uid));
            assertEquals(10, e.result().code(), "not found");
        }
    }

    private static void refused(int error, TeeObject object, int op, Arguments arguments) {
        TeeException e = assertThrows(TeeException.class, () -> object.invoke(op, arguments));
        assertEquals(error, e.result().code());
    }

    private static void useLoader(TeeContext context, ClientEnv environment) throws TeeException {
        try (AppLoader loader = AppLoader.open(environment);
                SharedMemory region = context.allocate(4096)) {
            region.buffer().put(0, image("in-a-region").array());
            try (AppController loaded = loader.loadFromBuffer(image("in-a-buffer"))) {
                loaded.unload();
            }
            loader.loadFromRegion(region).close();
            try (AppController embedded = loader.loadEmbedded("golden")) {
                loader.connect("golden").close();
                embedded.appObject().close();
                useDiagnostics(environment);
            }
        }
    }

    /** An ELF file as far as a loader looks at it: its magic, and a name among its metadata. */
    private static ByteBuffer image(String name) {
        byte[] metadata = (";n=" + name + ";").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(128).put(0, new byte[] {0x7f, 'E', 'L', 'F'}).put(64, metadata);
    }

    /** The operations for which there is no proxy. */
    private static void useController(ClientEnv environment) throws TeeException {
        try (TeeObject loader = environment.open(QteeUid.APP_LOADER)) {
            Arguments load = new Arguments().in(image("in-a-buffer")).outObject();
            loader.invoke(AppLoader.OP_LOAD_FROM_BUFFER, load);
            try (TeeObject controller = load.teeObject(1)) {
                Arguments session = new Arguments().in(new byte[20]).out(new byte[24]);
                for (int i = 0; i < 4; i++) {
                    session.in(new byte[8]).out(new byte[8]).in((TeeObject) null);
                }
                refused(14, controller, AppController.OP_OPEN_SESSION, session.outObject());
                CallbackObject callback = (op, arguments) -> {};
                controller.invoke(
                        AppController.OP_INSTALL_CBO,
                        new Arguments().in(Messages.of(1)).in(callback));
                controller.invoke(AppController.OP_RESTART, new Arguments());
                controller.invoke(AppController.OP_DISCONNECT, new Arguments());
            }
        }
    }

    private static void useDiagnostics(ClientEnv environment) throws TeeException {
        try (Diagnostics diagnostics = Diagnostics.open(environment);
                TeeObject untyped = environment.open(QteeUid.DIAGNOSTICS);
                FeatureVersions versions = FeatureVersions.open(environment)) {
            diagnostics.queryHeapInfo();
            assertEquals(true, diagnostics.queryLoadedApps().contains("golden"));
            assertEquals(false, diagnostics.queryAppRegion().scattered());
            assertEquals(
                    Diagnostics.AppInfo.IDLE, diagnostics.queryAppInfo("golden").status());
            refused(
                    Diagnostics.ERROR_RESTRICTED,
                    untyped,
                    Diagnostics.OP_QUERY_APP_DUMP,
                    new Arguments()
                            .in("golden".getBytes(StandardCharsets.US_ASCII))
                            .out(new byte[16])
                            .out(new byte[16])
                            .out(new byte[8]));
            assertEquals("5.2.0", FeatureVersions.format(versions.get(FeatureVersions.QTEE)));
        }
    }

    /** The secure world asks for the image of an application whose name is a UUID. */
    private static void deliver(TeeContext context, ClientEnv environment) throws TeeException {
        try (TeeObject registry = environment.open(TA_BUFFER);
                SharedMemory image = context.allocate(4096);
                AppLoader loader = AppLoader.open(environment)) {
            image.buffer().put(0, image("delivered").array());
            CallbackObject images = (op, arguments) -> arguments.outputObject(0, image);
            registry.invoke(0, new Arguments().in(images));
            loader.connect(UUID_NAME).close();
        }
    }
}
