// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.app;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.limit.SecureHeap;
import org.ermine.tee.qtee.emulator.message.InboundMessage;
import org.ermine.tee.qtee.emulator.service.Sizes;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;

/**
 * UID 143, {@code IDiagnostics}: what the modelled heap and the loaded applications use. Every client gets the same
 * object.
 */
public final class DiagnosticsService implements TrustedService, TrustedObject {

    public static final int UID = 143;

    private static final int QUERY_HEAP_INFO = 0;
    private static final int QUERY_LOADED_APPS = 1;
    private static final int QUERY_APP_REGION = 2;
    private static final int QUERY_APP_INFO = 3;
    private static final int QUERY_APP_DUMP = 4;

    private static final TeeResult APP_NOT_FOUND = TeeResult.of(10);
    private static final TeeResult RESTRICTED = TeeResult.of(12);

    private static final int HEAP_INFO_SIZE = 24;
    private static final int APP_INFO_SIZE = 24;
    private static final int REGION_SIZE = 24;
    private static final int NOT_SCATTERED = 0;
    private static final int STATUS_IDLE = 1;
    /** Applications run on the threads of their clients. */
    private static final int NO_STACK = 0;

    private final SecureHeap heap;
    private final AppTable apps;

    public DiagnosticsService(SecureHeap heap, AppTable apps) {
        this.heap = heap;
        this.apps = apps;
    }

    @Override
    public TrustedObject open(TrustedClient client) {
        return this;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        switch (op) {
            case QUERY_HEAP_INFO -> {
                arguments.expect(0, 1, 0, 0);
                putHeapInfo(arguments, 0, heap.usage());
            }
            case QUERY_LOADED_APPS -> {
                arguments.expect(0, 1, 0, 0);
                putLoadedApps(arguments);
            }
            case QUERY_APP_REGION -> {
                arguments.expect(0, 3, 0, 0);
                putAppRegion(arguments);
            }
            case QUERY_APP_INFO -> {
                arguments.expect(1, 1, 0, 0);
                putAppInfo(arguments, app(arguments));
            }
            case QUERY_APP_DUMP -> {
                arguments.expect(1, 3, 0, 0);
                throw new TeeException(RESTRICTED, "memory of " + app(arguments).name() + " is not shown");
            }
            default -> throw new TeeException(TeeResult.INVALID, "IDiagnostics has no operation " + op);
        }
    }

    private static void putHeapInfo(IncomingArguments arguments, int index, SecureHeap.Usage usage)
            throws TeeException {
        Sizes.requireOutput(arguments, index, HEAP_INFO_SIZE);
        arguments
                .output(index)
                .putInt((int) usage.total())
                .putInt((int) usage.used())
                .putInt((int) usage.free())
                .putInt((int) usage.overhead())
                .putInt((int) usage.wasted())
                .putInt((int) usage.largestFree());
    }

    /** The names of the loaded applications, each but the last followed by a line feed, and a NUL. */
    private void putLoadedApps(IncomingArguments arguments) throws TeeException {
        String names = apps.loaded().stream().map(LoadedApp::name).collect(Collectors.joining("\n", "", "\0"));
        Sizes.requireOutput(arguments, 0, names.length());
        arguments.output(0).put(names.getBytes(StandardCharsets.US_ASCII));
    }

    /** Two regions, of which the emulator has one, and whether applications may lie scattered. */
    private void putAppRegion(IncomingArguments arguments) throws TeeException {
        SecureHeap.Usage usage = heap.usage();
        putRegion(arguments, 0, usage.total(), usage.free(), usage.largestFree());
        putRegion(arguments, 1, 0, 0, 0);
        Sizes.requireOutput(arguments, 2, Integer.BYTES);
        arguments.output(2).putInt(NOT_SCATTERED);
    }

    private static void putRegion(IncomingArguments arguments, int index, long total, long free, long largest)
            throws TeeException {
        Sizes.requireOutput(arguments, index, REGION_SIZE);
        arguments.output(index).putLong(total).putLong(free).putLong(largest);
    }

    /**
     * Its status, sizes of the user stack, the kernel stack and the buffer it accepts messages in, and of its memory.
     */
    private static void putAppInfo(IncomingArguments arguments, LoadedApp app) throws TeeException {
        Sizes.requireOutput(arguments, 0, APP_INFO_SIZE);
        long memory = SecureHeap.APPLICATION + (long) app.objects() * SecureHeap.OBJECT;
        arguments
                .output(0)
                .putInt(STATUS_IDLE)
                .putInt(NO_STACK)
                .putInt(NO_STACK)
                .putInt(InboundMessage.MAX_SIZE)
                .putLong(memory);
    }

    private LoadedApp app(IncomingArguments arguments) throws TeeException {
        LoadedApp app = apps.find(AppName.read(arguments.input(0)));
        if (app == null) {
            throw new TeeException(APP_NOT_FOUND, "no application of this name is loaded");
        }
        return app;
    }
}
