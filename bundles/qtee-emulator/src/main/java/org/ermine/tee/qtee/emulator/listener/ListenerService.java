// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.listener;

import java.util.HashMap;
import java.util.Map;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.normalworld.Mapping;
import org.ermine.tee.qtee.emulator.normalworld.NormalReference;
import org.ermine.tee.qtee.emulator.normalworld.NormalWorld;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.service.Sizes;
import org.ermine.tee.trusted.MappedMemory;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;

/**
 * UID 87, {@code IRegisterListenerCBO}: registers listeners of the normal world. Each client gets an object of its own;
 * what was registered through it ends when it is released.
 */
public final class ListenerService implements TrustedService {

    public static final int UID = 87;

    private static final int REGISTER = 0;
    private static final int PAGE_SIZE = 4096;

    private final ListenerTable listeners;
    private final NormalWorld world;
    private final Domain domain;
    private final long waitMillis;

    public ListenerService(ListenerTable listeners, NormalWorld world, Domain domain, long waitMillis) {
        this.listeners = listeners;
        this.world = world;
        this.domain = domain;
        this.waitMillis = waitMillis;
    }

    @Override
    public TrustedObject open(TrustedClient client) {
        return new Registrar(client.packageName());
    }

    private Listener listener(int id, IncomingArguments arguments) throws TeeException {
        if (!(arguments.inputObject(0) instanceof NormalObject callback)) {
            throw new TeeException(TeeResult.INVALID, "input object 0 is no object of the normal world");
        }
        MappedMemory memory = null;
        if (arguments.inputObject(1) instanceof NormalReference region) {
            memory = region.map();
            requirePages(memory);
        } else if (arguments.inputObject(1) != null) {
            throw new TeeException(TeeResult.INVALID, "input object 1 is no memory object");
        }
        return new Listener(id, callback.duplicate(), memory, world, domain, waitMillis);
    }

    private static void requirePages(MappedMemory memory) throws TeeException {
        if (memory instanceof Mapping mapping && (mapping.address() | mapping.size()) % PAGE_SIZE != 0) {
            memory.close();
            throw new TeeException(ListenerTable.ALIGNMENT, "the memory does not start and end on a page of 4 KiB");
        }
    }

    /** What a client registers through. */
    private final class Registrar implements TrustedObject {

        private final String client;
        /** Guarded by this. */
        private final Map<Integer, Listener> registered = new HashMap<>();

        private Registrar(String client) {
            this.client = client;
        }

        @Override
        public void invoke(int op, IncomingArguments arguments) throws TeeException {
            if (op != REGISTER) {
                throw new TeeException(TeeResult.INVALID, "IRegisterListenerCBO has no operation " + op);
            }
            arguments.expect(1, 0, 2, 0);
            Sizes.requireInput(arguments, 0, Integer.BYTES);
            int id = arguments.input(0).getInt();
            listeners.reserve(id, client);
            Listener listener = null;
            try {
                listener = listener(id, arguments);
                listeners.set(id, listener);
            } finally {
                if (listener == null) {
                    listeners.giveBack(id);
                }
            }
            synchronized (this) {
                registered.put(id, listener);
            }
        }

        @Override
        public void released() {
            Map<Integer, Listener> ended;
            synchronized (this) {
                ended = Map.copyOf(registered);
                registered.clear();
            }
            ended.forEach(listeners::remove);
        }
    }
}
