// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qtee.emulator.app.AppEnvironment;
import org.ermine.tee.qtee.emulator.app.AppLoaderService;
import org.ermine.tee.qtee.emulator.app.AppName;
import org.ermine.tee.qtee.emulator.app.AppTable;
import org.ermine.tee.qtee.emulator.app.DiagnosticsService;
import org.ermine.tee.qtee.emulator.app.TaBufferService;
import org.ermine.tee.qtee.emulator.call.CallPool;
import org.ermine.tee.qtee.emulator.call.TrustedCall;
import org.ermine.tee.qtee.emulator.limit.EmulatorConfiguration;
import org.ermine.tee.qtee.emulator.limit.EmulatorSettings;
import org.ermine.tee.qtee.emulator.limit.SecureHeap;
import org.ermine.tee.qtee.emulator.listener.ListenerService;
import org.ermine.tee.qtee.emulator.listener.ListenerTable;
import org.ermine.tee.qtee.emulator.message.AsyncReleases;
import org.ermine.tee.qtee.emulator.message.InboundMessage;
import org.ermine.tee.qtee.emulator.message.TransportFormat;
import org.ermine.tee.qtee.emulator.normalworld.NormalWorld;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.DomainObjectTable;
import org.ermine.tee.qtee.emulator.service.FeatureVersionsService;
import org.ermine.tee.qtee.emulator.service.QteeRoot;
import org.ermine.tee.qtee.emulator.service.ServiceTable;
import org.ermine.tee.qtee.emulator.state.SecureState;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A QTEE in software: owns all parts of the secure world and connects them. It runs on the threads of its callers and
 * has none of its own. Thread safe.
 *
 * <p><b>It protects nothing.</b> Its memory, keys and code are those of the process around it.
 */
public final class Emulator implements SecureChannel, Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Emulator.class);

    /** What an invocation that has ended returns: any other type than {@link SecureCall#CALLBACK}. */
    private static final int FINAL = 0;

    /** So many calls keep large buffers from one invocation to the next; those beyond keep small ones. */
    private static final int CALLS_WITH_LARGE_BUFFERS = 4;

    /** Half of the largest message: as much comes in as goes out. */
    private static final int LARGE_BUFFER = 2 << 20;

    private static final int SMALL_BUFFER = 64 << 10;

    private static final Set<Integer> OWN_SERVICES = Set.of(
            AppLoaderService.UID,
            ListenerService.UID,
            DiagnosticsService.UID,
            TaBufferService.UID,
            FeatureVersionsService.UID);

    private final EmulatorSettings settings;
    private final PhysicalMemory memory;
    private final SecureState state;
    private final CallPool calls;
    private final AsyncReleases releases = new AsyncReleases();
    private final NormalWorld world;
    private final DomainObjectTable objects;
    private final ServiceTable services = new ServiceTable();
    private final AppTable apps;
    private final RepeatLog problems = new RepeatLog(LOG::warn);

    /** An emulator with the default settings. */
    public Emulator(PhysicalMemory memory, Path stateDirectory) throws IOException {
        this(memory, stateDirectory, EmulatorSettings.defaults());
    }

    /**
     * @param stateDirectory where the secure state lies; made if it does not exist
     * @throws IOException if the secure state cannot be used; the message says why
     */
    public Emulator(PhysicalMemory memory, Path stateDirectory, EmulatorSettings settings) throws IOException {
        this.settings = settings;
        this.memory = memory;
        state = SecureState.open(stateDirectory);
        SecureHeap heap = new SecureHeap(settings.heapBytes());
        calls = new CallPool(this::newCall);
        world = new NormalWorld(memory, calls, releases);
        OwnerShares shares = new OwnerShares(
                "objects of the emulated QTEE",
                settings.clientObjects(),
                "clientSharePercent of " + EmulatorConfiguration.PID);
        QteeRoot root = new QteeRoot(services, heap, shares, problems);
        objects = new DomainObjectTable(settings.objects(), shares, heap, calls, root, problems);
        services.attach(objects);
        ListenerTable listeners = new ListenerTable(settings.listeners(), heap);
        apps = new AppTable(
                settings.applications(),
                heap,
                objects,
                (name, domain) -> new AppEnvironment(name, domain, state, calls, listeners, services));
        addOwnServices(heap, listeners);
        LOG.warn(
                "This QTEE is emulated and protects nothing: use it for development only. Its state lies in {}",
                stateDirectory);
    }

    /**
     * Adds a trusted service.
     *
     * @throws IllegalArgumentException if the UID is one of QTEE's own
     */
    public void addService(int uid, TrustedService service, Map<String, ?> properties) {
        if (OWN_SERVICES.contains(uid)) {
            throw new IllegalArgumentException("UID " + uid + " is one of QTEE's own");
        }
        services.add(uid, service, properties);
    }

    /** Removes a trusted service: its objects become DEFUNCT, invocations in progress end normally. */
    public void removeService(TrustedService service) {
        services.remove(service);
    }

    /**
     * Adds a trusted application.
     *
     * @throws IllegalArgumentException if its name is malformed
     */
    public void addApplication(String name, TrustedApplication application, Map<String, ?> properties) {
        if (!AppName.isValid(name)) {
            throw new IllegalArgumentException("\"" + name + "\" is no name for a trusted application: 1 to "
                    + AppName.MAX_LENGTH + " letters, digits and . _ -");
        }
        apps.deploy(name, application, properties);
    }

    /**
     * Removes a trusted application: where it is loaded its objects become DEFUNCT, invocations in progress end
     * normally.
     */
    public void removeApplication(TrustedApplication application) {
        apps.undeploy(application);
    }

    @Override
    public void invoke(SecureCall transport) throws TeeException {
        ByteBuffer inbound = resolve("inbound", transport.inboundAddress(), transport.inboundSize());
        ByteBuffer outbound = resolveOutbound(transport, inbound);
        long head =
                InboundMessage.head(inbound, PhysicalMemory.index(transport.inboundAddress()), transport.inboundSize());
        int target = InboundMessage.op(head) < TransportFormat.FIRST_LOCAL_OP
                ? InboundMessage.context(head)
                : TransportFormat.NULL_ID;
        TrustedCall call = calls.enter(target);
        try {
            transport.respond(call.run(transport, inbound, outbound, head), FINAL);
        } finally {
            calls.leave(call, target);
        }
    }

    @Override
    public void callbackResponse(SecureCall transport) throws TeeException {
        throw new TeeException(
                Errno.EINVAL, "this channel serves callbacks within a call: there is none to go on with");
    }

    /** Object ids that the normal world holds. */
    public int liveObjects() {
        return objects.live();
    }

    /** Releases of the normal world's objects that it was not told of yet. */
    public int pendingReleases() {
        return releases.pending();
    }

    /** Refuses new calls, waits for those in progress within the time configured, and lets go of everything. */
    @Override
    public void close() {
        int left = 0;
        try {
            left = calls.close(settings.stopWaitMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            left = calls.inProgress();
        }
        if (left != 0) {
            LOG.warn("{} calls were still in progress after {} ms", left, settings.stopWaitMillis());
        }
        apps.endAll();
        services.clear();
        problems.sumUp();
        try {
            state.close();
        } catch (IOException e) {
            LOG.warn("The secure state could not be closed: {}", e.getMessage());
        }
    }

    private void addOwnServices(SecureHeap heap, ListenerTable listeners) {
        TaBufferService images = new TaBufferService();
        services.add(AppLoaderService.UID, new AppLoaderService(apps, images), Map.of());
        services.add(
                ListenerService.UID,
                new ListenerService(listeners, world, new Domain("listeners", objects), settings.listenerWaitMillis()),
                Map.of());
        services.add(DiagnosticsService.UID, new DiagnosticsService(heap, apps), Map.of());
        services.add(TaBufferService.UID, images, Map.of());
        services.add(FeatureVersionsService.UID, new FeatureVersionsService(settings.qteeVersion()), Map.of());
    }

    private TrustedCall newCall(int index) {
        return new TrustedCall(
                world, objects, releases, index < CALLS_WITH_LARGE_BUFFERS ? LARGE_BUFFER : SMALL_BUFFER);
    }

    /**
     * The normal world may have both buffers in one piece of memory, the outbound one first: then that is looked up
     * once.
     */
    private ByteBuffer resolveOutbound(SecureCall transport, ByteBuffer inbound) throws TeeException {
        long address = transport.outboundAddress();
        int size = transport.outboundSize();
        long room = transport.inboundAddress() - address;
        boolean samePiece = (transport.inboundAddress() ^ address) >>> Integer.SIZE == 0;
        return samePiece && size >= 0 && size <= room ? inbound : resolve("outbound", address, size);
    }

    private ByteBuffer resolve(String which, long address, int size) throws TeeException {
        try {
            return memory.resolve(address, size);
        } catch (IllegalArgumentException e) {
            throw new TeeException(
                    Errno.EFAULT,
                    String.format(
                            Locale.ROOT, "no shared memory for the %s buffer at 0x%x, %d bytes", which, address, size));
        }
    }
}
