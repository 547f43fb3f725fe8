// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.app;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.call.CallPool;
import org.ermine.tee.qtee.emulator.call.TrustedCall;
import org.ermine.tee.qtee.emulator.listener.ListenerTable;
import org.ermine.tee.qtee.emulator.object.Client;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.DomainObject;
import org.ermine.tee.qtee.emulator.object.Resource;
import org.ermine.tee.qtee.emulator.object.TrustedReference;
import org.ermine.tee.qtee.emulator.service.ServiceTable;
import org.ermine.tee.qtee.emulator.state.SecureState;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;

/**
 * What a loaded application may use. Keys and counters belong to its name, so that an update of the application finds
 * its data again. Services that it opened are held until it is unloaded. Afterwards nothing works any more.
 */
public final class AppEnvironment implements TrustedEnvironment {

    private final String name;
    private final Domain domain;
    private final SecureState state;
    private final CallPool calls;
    private final ListenerTable listeners;
    private final ServiceTable services;

    public AppEnvironment(
            String name,
            Domain domain,
            SecureState state,
            CallPool calls,
            ListenerTable listeners,
            ServiceTable services) {
        this.name = name;
        this.domain = domain;
        this.state = state;
        this.calls = calls;
        this.listeners = listeners;
        this.services = services;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<TrustedClient> client() {
        TrustedCall call = calls.current();
        return call == null
                ? Optional.empty()
                : Optional.ofNullable(call.client()).map(Client::identity);
    }

    @Override
    public byte[] deriveKey(String purpose) {
        if (domain.hasEnded()) {
            throw new IllegalStateException(name + " was unloaded");
        }
        return state.deriveKey(name, purpose);
    }

    @Override
    public long counter(String counter) throws TeeException {
        requireLoaded();
        return state.counter(name, counter);
    }

    @Override
    public void advance(String counter, long value) throws TeeException {
        requireLoaded();
        state.advance(name, counter, value);
    }

    @Override
    public void request(int listener, ByteBuffer message, int answer) throws TeeException {
        requireLoaded();
        if (calls.current() == null) {
            throw new TeeException(
                    TeeResult.ABORT, name + ": a listener can be asked only in the course of an invocation");
        }
        listeners.request(listener, message, answer, domain);
    }

    @Override
    public TrustedObject open(int uid) throws TeeException {
        requireLoaded();
        DomainObject service = services.open(uid, new TrustedClient(0, name));
        domain.hold(new Hold(service));
        return new TrustedReference(service);
    }

    private void requireLoaded() throws TeeException {
        if (domain.hasEnded()) {
            throw new TeeException(TeeResult.DEFUNCT, name + " was unloaded");
        }
    }

    /** Keeps an object of another domain. */
    private static final class Hold implements Resource {

        private final AtomicReference<DomainObject> held;

        Hold(DomainObject object) {
            held = new AtomicReference<>(object);
        }

        @Override
        public void close() {
            DomainObject object = held.getAndSet(null);
            if (object != null) {
                object.release();
            }
        }
    }
}
