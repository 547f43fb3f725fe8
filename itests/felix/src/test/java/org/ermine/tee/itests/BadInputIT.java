// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.ermine.tee.Arguments;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.mink.AppLoader;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.Diagnostics;
import org.ermine.tee.mink.QteeUid;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.spi.SharedMemoryManager;
import org.ermine.tee.spi.TeeDriver;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedService;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/**
 * What is wrong is refused with one clear message, and all goes on as before: what was sealed is still there. What
 * happens without a handler, an application or a TEE is in {@link LifecycleIT}, what with a damaged store in {@link
 * MainJobIT}.
 */
public class BadInputIT extends ErmineContainer {

    private static final String SHARED_MEMORY = "org.ermine.tee.shm";
    private static final String SUPPLICANT = "org.ermine.tee.supplicant";
    private static final String FILE_HANDLER = "org.ermine.tee.supplicant.gpfs";
    private static final String EMULATOR = "org.ermine.tee.qtee.emulator";
    private static final int FILE_LISTENER = 0x7000;
    /** The file listener's commands that write: DATA and PERSIST. */
    private static final Set<Integer> WRITES = Set.of(5, 9);

    private static final int MOST_OF_A_KIND = 15;
    private static final byte[] CONTENT = new byte[700_000];

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private SealedStorage storage;
    private TeeDevice device;
    private ServiceRegistration<?> probe;

    @Before
    public void setUp() throws Exception {
        container.configure(SUPPLICANT, Map.of("graceMillis", 50L));
        storage = container.service(SealedStorage.class);
        probe = ProbeApplication.register(context);
        awaitWork();
        storage.seal("kept", new ByteArrayInputStream(CONTENT), ProgressListener.NONE);
        device = container.service(TeeDevice.class);
    }

    @After
    public void whatWasSealedIsStillThere() throws Exception {
        probe.unregister();
        Path target = path("kept");
        storage.unseal("kept", target, ProgressListener.NONE);
        assertArrayEquals(CONTENT, Files.readAllBytes(target));
        assertEquals(1, storage.list().size());
    }

    @Test
    public void whatCannotBeReadIsNotSealed() throws Exception {
        refused(Reason.SOURCE_UNREADABLE, "missing", () -> seal("x", path("missing")));
        refused(Reason.SOURCE_UNREADABLE, "folder", () -> seal("x", path(".")));
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk broke");
            }
        };
        refused(Reason.SOURCE_UNREADABLE, "the disk broke", () -> storage.seal("kept", failing, ProgressListener.NONE));
    }

    @Test
    public void whereNothingCanBeWrittenNothingIsUnsealed() throws Exception {
        Path file = Files.createFile(path("file"));
        refused(Reason.TARGET_UNWRITABLE, "folder", () -> unseal("kept", path(".")));
        refused(Reason.TARGET_UNWRITABLE, "missing", () -> unseal("kept", path("missing/target")));
        refused(Reason.TARGET_UNWRITABLE, "file", () -> unseal("kept", file.resolve("target")));
    }

    @Test
    public void whatIsNoNameIsRefused() throws Exception {
        Path source = Files.createFile(path("source"));
        for (String name : List.of("", "a\nb", "\0", "x".repeat(256), "\u00fc".repeat(128), "\ud800")) {
            refused(Reason.INVALID_NAME, "name", () -> seal(name, source));
            refused(Reason.INVALID_NAME, "name", () -> unseal(name, path("target")));
            refused(Reason.INVALID_NAME, "name", () -> storage.remove(name));
        }
        refused(Reason.NOT_FOUND, "kept?", () -> unseal("kept?", path("target")));
    }

    /** Full and read-only disks as the file handler reports them; how it comes to that, its own tests prove. */
    @Test
    public void whatTheStoreCannotTakeIsReportedAsWhatItIs() throws Exception {
        failingStore(28, Reason.STORAGE_FULL, "no space");
        failingStore(30, Reason.READ_ONLY, "only be read");
        failingStore(13, Reason.STORAGE_DENIED, "may not access");
        failingStore(5, Reason.STORAGE_FAILED, "error");
    }

    /** Puts a handler before the real one whose disk fails to write from the second write on. */
    private void failingStore(int errno, Reason reason, String message) throws Exception {
        ServiceReference<ListenerHandler> real = context.getServiceReferences(
                        ListenerHandler.class, "(" + ListenerHandler.ID + "=" + FILE_LISTENER + ")")
                .iterator()
                .next();
        ListenerHandler disk = context.getService(real);
        int[] writes = {0};
        ListenerHandler failing = request -> {
            if (WRITES.contains(request.getInt(0)) && ++writes[0] > 1) {
                request.putInt(4, errno).putInt(8, 0);
            } else {
                disk.handle(request);
            }
        };
        ServiceRegistration<?> registration = context.registerService(
                ListenerHandler.class,
                failing,
                FrameworkUtil.asDictionary(Map.of(
                        ListenerHandler.ID,
                        FILE_LISTENER,
                        ListenerHandler.BUFFER_SIZE,
                        504 * 1024,
                        Constants.SERVICE_RANKING,
                        1)));
        try {
            Path source = Files.write(path("source"), new byte[2_000_000]);
            refused(reason, message, () -> seal("kept", source));
            refused(reason, message, () -> seal("another", source));
        } finally {
            registration.unregister();
            context.ungetService(real);
        }
    }

    @Test
    public void aStoreThatCannotBeThereIsNotChangedTo() throws Exception {
        withOptions(FILE_HANDLER, Map.of("persistRoot", belowAFile()), storage::list);
    }

    @Test
    public void aStoreThatCannotBeThereWhenItStartsIsReported() throws Exception {
        Bundle fileHandler = container.bundle(FILE_HANDLER);
        fileHandler.stop();
        withOptions(FILE_HANDLER, Map.of("persistRoot", belowAFile()), () -> {
            fileHandler.start();
            awaitReason(Reason.NO_HANDLER);
        });
        awaitWork();
    }

    @Test
    public void aStoreThatIsMissingAtTheStartIsListedWithTheReasonAndUsedAsSoonAsItIsThere() throws Exception {
        Bundle fileHandler = container.bundle(FILE_HANDLER);
        fileHandler.stop();
        String store = belowAFile();
        withOptions(FILE_HANDLER, Map.of("persistRoot", store), () -> {
            fileHandler.start();
            awaitFailure("listener 0x7000", "option persistRoot of " + FILE_HANDLER + " is " + store);

            Files.delete(Path.of(store).getParent());

            awaitNoFailure();
            InContainer.await("the store is made", () -> Files.isDirectory(Path.of(store)));
        });
        awaitWork();
    }

    @Test
    public void aStateDirectoryThatCannotBeUsedIsNotChangedTo() throws Exception {
        withOptions(EMULATOR, Map.of("stateDirectory", openToAll().toString()), () -> {
            storage.list();
            assertEquals("the same device goes on", device, container.service(TeeDevice.class));
        });
    }

    @Test
    public void aStateDirectoryThatCannotBeUsedAtTheStartIsToldAndUsedAsSoonAsItCanBe() throws Exception {
        Bundle emulator = container.bundle(EMULATOR);
        emulator.stop();
        Path state = openToAll();
        withOptions(EMULATOR, Map.of("stateDirectory", state.toString()), () -> {
            emulator.start();
            awaitFailure("channel qtee-emulator", "option stateDirectory of " + EMULATOR + " is " + state);

            Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));

            awaitNoFailure();
            awaitReason(Reason.FOREIGN_STORE);
        });
        awaitWork();
    }

    private Path openToAll() throws IOException {
        Path directory = Files.createDirectory(path("open to all"));
        return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    private void awaitFailure(String what, String reason) throws InterruptedException {
        TeeRuntime runtime = container.service(TeeRuntime.class);
        InContainer.await(
                () -> reason + " in " + Arrays.toString(runtime.snapshot().failedHandlers),
                () -> Arrays.stream(runtime.snapshot().failedHandlers)
                        .anyMatch(failed ->
                                what.equals(failed.kind + " " + failed.name) && failed.reason.startsWith(reason)));
    }

    private void awaitNoFailure() throws InterruptedException {
        TeeRuntime runtime = container.service(TeeRuntime.class);
        InContainer.await(
                () -> "nothing in " + Arrays.toString(runtime.snapshot().failedHandlers),
                () -> runtime.snapshot().failedHandlers.length == 0);
    }

    private String belowAFile() throws IOException {
        return Files.createFile(path("a regular file")).resolve("store").toString();
    }

    @Test
    public void theStoreOfAnotherDeviceIsForeign() throws Exception {
        String another = path("another device").toString();
        withOptions(EMULATOR, Map.of("stateDirectory", another), () -> {
            awaitReason(Reason.FOREIGN_STORE);
            refused(Reason.FOREIGN_STORE, "not sealed by this device", () -> unseal("kept", path("target")));
        });
        awaitWork();
    }

    @Test
    public void aStoreFullOfJunkIsRefused() throws Exception {
        StoreFiles store = StoreFiles.of(container.bundle(FILE_HANDLER));
        SortedMap<String, byte[]> intact = store.read();
        SortedMap<String, byte[]> junk = new TreeMap<>(intact);
        for (int size : new int[] {0, 1, 100, 500_000}) {
            junk.replaceAll((name, content) -> new byte[size]);
            store.restore(junk);
            SealedStorageException refused =
                    assertThrows(SealedStorageException.class, () -> unseal("kept", path("target")));
            assertTrue(
                    refused.toString(),
                    List.of(Reason.TRUNCATED, Reason.TAMPERED).contains(refused.reason()));
        }
        store.restore(intact);
    }

    @Test
    public void whatQteeDoesNotKnowIsRefused() throws Exception {
        try (TeeContext tee = device.open();
                ClientEnv environment = ClientEnv.register(tee);
                AppLoader loader = AppLoader.open(environment);
                TeeObject diagnostics = environment.open(QteeUid.DIAGNOSTICS);
                ProbeClient client = ProbeClient.open(device)) {
            assertResult(ClientEnv.ERROR_NOT_FOUND, () -> environment.open(9999));
            assertResult(AppLoader.ERROR_EMBEDDED_IMAGE_NOT_FOUND, () -> loader.loadEmbedded("nobody"));
            assertResult(AppLoader.ERROR_APP_NOT_LOADED, () -> loader.connect("nobody"));
            assertResult(AppLoader.ERROR_INVALID_BUFFER, () -> loader.loadFromBuffer(ByteBuffer.allocate(10)));
            assertResult(TeeResult.INVALID, () -> diagnostics.invoke(77, new Arguments()));
            assertResult(TeeResult.UNAVAIL, () -> client.ask(0x4444, 1));
        }
    }

    @Test
    public void argumentsOfTheWrongNumberOrSizeAreRefused() throws Exception {
        try (TeeContext tee = device.open();
                ClientEnv environment = ClientEnv.register(tee);
                TeeObject diagnostics = environment.open(QteeUid.DIAGNOSTICS)) {
            int heapInfo = Diagnostics.OP_QUERY_HEAP_INFO;
            assertResult(TeeResult.INVALID, () -> diagnostics.invoke(heapInfo, new Arguments()));
            assertResult(
                    TeeResult.INVALID,
                    () -> diagnostics.invoke(
                            heapInfo, new Arguments().out(new byte[24]).in(CONTENT)));
            assertResult(TeeResult.SIZE_OUT, () -> diagnostics.invoke(heapInfo, new Arguments().out(new byte[0])));

            Map<String, IntFunction<Arguments>> kinds = Map.of(
                    "input buffers", count -> repeat(count, each -> each.in(new byte[1])),
                    "output buffers", count -> repeat(count, each -> each.out(new byte[1])),
                    "input objects", count -> repeat(count, each -> each.in(diagnostics)),
                    "output objects", count -> repeat(count, Arguments::outObject));
            for (var kind : kinds.entrySet()) {
                // As many arguments as fit get through to the object, which does not want them.
                assertResult(
                        TeeResult.INVALID,
                        () -> diagnostics.invoke(heapInfo, kind.getValue().apply(MOST_OF_A_KIND)));
                TeeException refused = assertThrows(
                        kind.getKey(),
                        TeeException.class,
                        () -> diagnostics.invoke(heapInfo, kind.getValue().apply(MOST_OF_A_KIND + 1)));
                assertEquals(refused.getMessage(), Errno.EINVAL, refused.errno().orElseThrow());
                assertTrue(refused.getMessage(), refused.getMessage().contains(kind.getKey()));
            }

            TeeException tooBig = assertThrows(
                    TeeException.class, () -> diagnostics.invoke(heapInfo, new Arguments().in(new byte[4 << 20])));
            assertTrue(tooBig.getMessage(), tooBig.errno().isPresent());
            TeeException local = assertThrows(TeeException.class, () -> diagnostics.invoke(0xffff, new Arguments()));
            assertEquals(local.getMessage(), Errno.EINVAL, local.errno().orElseThrow());
        }
    }

    private static Arguments repeat(int count, Consumer<Arguments> append) {
        Arguments arguments = new Arguments();
        for (int i = 0; i < count; i++) {
            append.accept(arguments);
        }
        return arguments;
    }

    @Test
    public void aHandlerThatCannotBeUsedIsListedWithTheReason() throws Exception {
        ServiceRegistration<?> useless = context.registerService(
                ListenerHandler.class,
                request -> {},
                FrameworkUtil.asDictionary(Map.of(ListenerHandler.ID, "five", ListenerHandler.BUFFER_SIZE, 4096)));
        try {
            var failed = container.service(TeeRuntime.class).snapshot().failedHandlers;
            assertEquals(1, failed.length);
            assertTrue(failed[0].toString(), failed[0].reason.contains(ListenerHandler.ID));
        } finally {
            useless.unregister();
        }
    }

    /** As Declarative Services have them where a constructor throws: a service reference, and no object behind it. */
    @Test
    public void trustedServicesThatClientsDoNotReachAreListedWithTheReason() throws Exception {
        ServiceFactory<TrustedService> throwing = new ServiceFactory<>() {
            @Override
            public TrustedService getService(Bundle bundle, ServiceRegistration<TrustedService> registration) {
                throw new IllegalStateException("the constructor throws");
            }

            @Override
            public void ungetService(
                    Bundle bundle, ServiceRegistration<TrustedService> registration, TrustedService service) {}
        };
        TrustedService never = client -> {
            throw new AssertionError("opened");
        };
        Map<String, ServiceRegistration<?>> offered = new LinkedHashMap<>();
        offered.put("no service object", offer(TrustedService.class, throwing, Map.of(TrustedService.UID, 5000)));
        offered.put("qtee.uid is missing", offer(TrustedService.class, never, Map.of()));
        offered.put("QTEE's own", offer(TrustedService.class, never, Map.of(TrustedService.UID, QteeUid.DIAGNOSTICS)));
        offered.put(
                "is taken by",
                offer(
                        TrustedApplication.class,
                        (TrustedApplication) environment -> null,
                        Map.of(TrustedApplication.NAME, ProbeApplication.APPLICATION)));
        try {
            var failed = container.service(TeeRuntime.class).snapshot().failedTrustedServices;
            assertEquals(Arrays.toString(failed), offered.size(), failed.length);
            offered.forEach((reason, registration) -> {
                Object id = registration.getReference().getProperty(Constants.SERVICE_ID);
                assertTrue(
                        reason,
                        Arrays.stream(failed)
                                .anyMatch(each -> id.equals(each.serviceId) && each.reason.contains(reason)));
            });
        } finally {
            offered.values().forEach(ServiceRegistration::unregister);
        }
        assertEquals(0, container.service(TeeRuntime.class).snapshot().failedTrustedServices.length);
    }

    private ServiceRegistration<?> offer(Class<?> type, Object service, Map<String, ?> properties) {
        return context.registerService(type.getName(), service, FrameworkUtil.asDictionary(properties));
    }

    @Test
    public void optionsOutOfRangeLeaveTheLastGoodOnesInForce() throws Exception {
        TeeRuntime runtime = container.service(TeeRuntime.class);
        container.configure(SHARED_MEMORY, Map.of("limitMiB", 20));
        withOptions(
                SHARED_MEMORY, Map.of("limitMiB", 0), () -> assertEquals(20 << 20, runtime.snapshot().memory.limit));
    }

    /** An object that a client holds is good as long as no part between it and QTEE was replaced. */
    @Test
    public void optionsThatAreRefusedReplaceNoPart() throws Exception {
        List<Change> refused = List.of(
                new Change(SHARED_MEMORY, "threadCacheKiB", -1),
                new Change("org.ermine.tee.core", "unregisterMillis", "soon"),
                new Change("org.ermine.tee.qcomtee", "callbackMillis", 0),
                new Change(EMULATOR, "maxObjects", 1),
                new Change(EMULATOR, "qteeVersion", "five"),
                new Change(SUPPLICANT, "workers", "lots"),
                new Change(SUPPLICANT, "maxThreads", 3),
                new Change(FILE_HANDLER, "dataRoot", "\0"));
        try (TeeContext tee = device.open();
                ClientEnv environment = ClientEnv.register(tee);
                Diagnostics diagnostics = Diagnostics.open(environment)) {
            List<Object> parts = parts();
            for (Change change : refused) {
                container.configure(change.pid(), Map.of(change.option(), change.value()));
                assertEquals(change.toString(), parts, parts());
                assertTrue(change.toString(), diagnostics.queryHeapInfo().free() > 0);
                storage.list();
            }
        } finally {
            for (Change change : refused) {
                container.configure(change.pid(), Map.of());
            }
        }
        awaitWork();
    }

    private record Change(String pid, String option, Object value) {}

    /** The ids of the services between client and QTEE. */
    private List<Object> parts() throws Exception {
        List<Object> ids = new ArrayList<>();
        for (Class<?> part : List.of(
                SharedMemoryManager.class,
                SecureChannel.class,
                TeeDriver.class,
                TeeDevice.class,
                CallbackWorkers.class,
                ListenerHandler.class)) {
            for (ServiceReference<?> reference : context.getServiceReferences(part, null)) {
                ids.add(reference.getProperty(Constants.SERVICE_ID));
            }
        }
        return ids.stream().sorted().toList();
    }

    @Test
    public void optionsOutOfRangeAtTheStartHaveTheirDefaults() throws Exception {
        Map<String, Map<String, Object>> wrong = Map.of(
                SUPPLICANT,
                Map.of("workers", 0),
                EMULATOR,
                Map.of("maxObjects", 1),
                "org.ermine.tee.qcomtee",
                Map.of("callbackMillis", ""));
        for (var each : wrong.entrySet()) {
            Bundle bundle = container.bundle(each.getKey());
            bundle.stop();
            withOptions(each.getKey(), each.getValue(), () -> {
                bundle.start();
                awaitWork();
            });
            awaitWork();
        }
    }

    private void withOptions(String pid, Map<String, ?> options, Attempt work) throws Exception {
        container.configure(pid, options);
        try {
            work.run();
        } finally {
            container.configure(pid, Map.of());
        }
    }

    /** Something that is to be refused. */
    @FunctionalInterface
    private interface Attempt {
        void run() throws Exception;
    }

    private static void refused(Reason reason, String message, Attempt attempt) {
        SealedStorageException refused = assertThrows(SealedStorageException.class, attempt::run);
        assertEquals(refused.toString(), reason, refused.reason());
        assertTrue(refused.getMessage(), refused.getMessage().contains(message));
    }

    private static void assertResult(int expected, Attempt attempt) {
        assertResult(TeeResult.of(expected), attempt);
    }

    private static void assertResult(TeeResult expected, Attempt attempt) {
        TeeException refused = assertThrows(TeeException.class, attempt::run);
        assertEquals(refused.toString(), expected, refused.result());
    }

    private void seal(String name, Path source) throws SealedStorageException {
        storage.seal(name, source, ProgressListener.NONE);
    }

    private void unseal(String name, Path target) throws SealedStorageException {
        storage.unseal(name, target, ProgressListener.NONE);
    }

    private void awaitWork() {
        awaitReason(null);
    }

    /** Waits until the store cannot be used for this reason; null if it can. */
    private void awaitReason(Reason reason) {
        InContainer.await(() -> reason + ", not " + reasonNow(), () -> reason == reasonNow());
    }

    private Reason reasonNow() {
        try {
            // A list may be known without the store.
            storage.remove("no object");
            return null;
        } catch (SealedStorageException e) {
            return e.reason();
        }
    }

    private Path path(String name) {
        return folder.getRoot().toPath().resolve(name);
    }
}
