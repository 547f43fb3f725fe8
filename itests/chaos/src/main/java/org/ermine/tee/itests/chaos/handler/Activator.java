// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.handler;

import java.nio.ByteBuffer;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.itests.chaos.ledger.Generation;
import org.ermine.tee.itests.chaos.ledger.Ledger;
import org.ermine.tee.itests.chaos.ledger.Owner;
import org.ermine.tee.itests.chaos.tee.Caller;
import org.ermine.tee.itests.chaos.tee.Message;
import org.ermine.tee.itests.chaos.tee.Slots;
import org.ermine.tee.supplicant.ListenerHandler;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ManagedService;

/**
 * A handler bundle. Its manifest says for which slot, and with which ranking. A configuration gives the handler other
 * service properties.
 *
 * <p>{@code registering} is held while the handler is registered, unregistered or told its properties. A call in which
 * the handler is to unregister itself does not wait for it, since who holds it may be waiting for that call.
 */
public final class Activator implements BundleActivator, ManagedService {

    public static final String SLOT = "Chaos-Slot";
    public static final String RANKING = "Chaos-Ranking";

    /** Configuration properties. */
    public static final String EXTRA_MILLIS = "extraMillis";

    public static final String ROUND = "round";

    private static final int BUFFER = 4096;
    /** Milliseconds; of a listener it is a service property, the supplicant has it for all others. */
    private static final long ROUGH_LIMIT = 1_000;

    private final ReentrantLock registering = new ReentrantLock();

    private BundleContext context;
    private Ledger ledger;
    private Owner owner;
    private Slots slot;
    private int ranking;
    private Behaviour behaviour;
    /** This is added to the time limit. Guarded by {@link #registering}. */
    private int extraMillis;

    private Generation generation;
    private ServiceRegistration<?> handler;

    @Override
    public void start(BundleContext started) {
        context = started;
        ledger = context.getService(context.getServiceReference(Ledger.class));
        Dictionary<String, String> headers = context.getBundle().getHeaders();
        slot = Slots.of(headers.get(SLOT));
        ranking = Integer.parseInt(headers.get(RANKING));
        owner = ledger.owner(slot.slot() + " handler");
        behaviour = new Behaviour(slot, new Caller(context, ledger, owner));
        registering.lock();
        try {
            register();
        } finally {
            registering.unlock();
        }
        context.registerService(
                ManagedService.class, this, new Hashtable<>(java.util.Map.of(Constants.SERVICE_PID, pid(slot))));
    }

    public static String pid(Slots slot) {
        return "chaos." + slot.slot();
    }

    @Override
    public void stop(BundleContext stopped) {
        registering.lock();
        try {
            unregister();
            owner.ending();
            behaviour.close();
        } finally {
            registering.unlock();
        }
    }

    @Override
    public void updated(Dictionary<String, ?> properties) {
        if (properties == null) {
            return;
        }
        registering.lock();
        try {
            if (handler != null) {
                extraMillis = (Integer) properties.get(EXTRA_MILLIS);
                handler.setProperties(properties());
            }
        } finally {
            registering.unlock();
        }
        ledger.configured(slot.slot(), (Integer) properties.get(ROUND));
    }

    private void register() {
        Generation fresh = ledger.generation(slot.slot(), TimeUnit.MILLISECONDS.toNanos(limitMillis()));
        generation = fresh;
        handler = slot.isListener()
                ? context.registerService(ListenerHandler.class, message -> handle(fresh, message), properties())
                : context.registerService(
                        CallbackObject.class, (op, arguments) -> dispatch(fresh, arguments), properties());
    }

    private long limitMillis() {
        return slot == Slots.ROUGH_LISTENER ? ROUGH_LIMIT : TimeUnit.NANOSECONDS.toMillis(ledger.handlerLimitNanos());
    }

    private void unregister() {
        handler.unregister();
        handler = null;
        generation.unregistered();
    }

    private Dictionary<String, Object> properties() {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Constants.SERVICE_RANKING, ranking);
        if (slot.isListener()) {
            properties.put(ListenerHandler.ID, slot.listenerId());
            properties.put(ListenerHandler.BUFFER_SIZE, BUFFER);
            properties.put(ListenerHandler.TIME_LIMIT, limitMillis() + extraMillis);
        } else {
            properties.put(CallbackObject.NAME, slot.slot());
            properties.put(EXTRA_MILLIS, extraMillis);
        }
        return properties;
    }

    private void reregister() {
        if (registering.tryLock()) {
            try {
                if (handler != null) {
                    unregister();
                    register();
                    ledger.reregistered();
                }
            } finally {
                registering.unlock();
            }
        }
    }

    private void handle(Generation own, ByteBuffer message) throws Exception {
        Message request = Message.read(message.duplicate().order(message.order()));
        behaviour.serve(own, request, message, this::reregister);
    }

    private void dispatch(Generation own, IncomingArguments arguments) throws TeeException {
        Message request = Message.read(arguments.input(0));
        try {
            behaviour.serve(own, request, arguments.output(0), this::reregister);
        } catch (TeeException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new TeeException(TeeResult.ERROR, e.getMessage());
        }
    }
}
