// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.app;

import java.util.concurrent.TimeUnit;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.DomainObject;
import org.ermine.tee.qtee.emulator.object.DomainObjectTable;
import org.ermine.tee.qtee.emulator.object.TrustedCode;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedObject;

/**
 * A trusted application from its loading to its unloading. It stays loaded while a controller is connected to it or a
 * client holds one of its objects; then it is unloaded by itself. Thread safe; foreign code is called without the lock.
 */
final class LoadedApp {

    static final TeeResult APP_UNLOADED = TeeResult.of(12);
    static final TeeResult APP_IN_USE = TeeResult.of(13);

    /** How long to wait for the code of an application to start. */
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(5);

    private enum State {
        LOADING,
        LOADED,
        ENDED
    }

    private final String name;
    private final AppTable table;

    /** The states in order, but that a restart leads back to LOADING. All guarded by this. */
    private State state = State.LOADING;

    private TrustedApplication code;
    private Domain domain;
    private DomainObject appObject;
    /** Controllers connected: the first is that of the client that loads it. */
    private int controllers = 1;

    LoadedApp(String name, TrustedApplication code, AppTable table) {
        this.name = name;
        this.code = code;
        this.table = table;
    }

    String name() {
        return name;
    }

    synchronized int controllers() {
        return controllers;
    }

    synchronized int objects() {
        return domain == null ? 0 : domain.references();
    }

    synchronized boolean isLoaded() {
        return state == State.LOADED;
    }

    synchronized boolean runs(TrustedApplication application) {
        return code == application;
    }

    /** Starts the application's code. When that fails, the application has ended. */
    void start() throws TeeException {
        Domain fresh = new Domain("trusted application " + name, table.objects(), this::unloadIfUnused);
        TrustedApplication application = begin(fresh);
        boolean started = false;
        try {
            TrustedObject object =
                    TrustedCode.call(fresh, "start()", () -> application.start(table.environment(name, fresh)));
            DomainObject hosted = table.objects().host(object, fresh);
            started = true;
            complete(hosted);
        } finally {
            if (!started) {
                end(true);
            }
        }
    }

    /**
     * Another controller. Waits for a start that is under way.
     *
     * @return false if the application has ended, and its name is free
     * @throws TeeException BUSY if it takes its time to start: it is neither loaded nor can it be
     */
    synchronized boolean connect() throws TeeException {
        awaitStart();
        if (state == State.LOADING) {
            throw new TeeException(TeeResult.BUSY, name + " is still starting");
        }
        if (state != State.LOADED) {
            return false;
        }
        controllers++;
        return true;
    }

    /** A client that is told that the application is loaded already, while another one loads it, comes here at once. */
    private synchronized void awaitStart() {
        long end = System.nanoTime() + START_NANOS;
        long left = START_NANOS;
        try {
            while (state == State.LOADING && left > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                left = end - System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void disconnect() {
        synchronized (this) {
            controllers--;
        }
        unloadIfUnused();
    }

    /** The application object, with a hold for the caller. */
    synchronized DomainObject appObject() throws TeeException {
        if (state != State.LOADED || !appObject.tryRetain()) {
            throw new TeeException(APP_UNLOADED, name + " is not loaded any more");
        }
        return appObject;
    }

    void unload() throws TeeException {
        Remains remains;
        synchronized (this) {
            requireSoleUser();
            remains = takeRemains();
        }
        remains.end(table.objects(), true);
    }

    /** Ends the application's code and starts it anew: its objects become DEFUNCT, its name and controller stay. */
    void restart() throws TeeException {
        Remains before;
        synchronized (this) {
            requireSoleUser();
            state = State.LOADING;
            before = new Remains(domain, appObject);
            domain = null;
            appObject = null;
        }
        before.end(table.objects(), true);
        start();
        // Whoever left meanwhile could not unload what was not loaded.
        unloadIfUnused();
    }

    /** @param tell false if the code is gone, and must not be called any more */
    void end(boolean tell) {
        Remains remains;
        synchronized (this) {
            remains = takeRemains();
        }
        remains.end(table.objects(), tell);
    }

    /** What is left to be ended of an application that has ended; both are null where there is nothing. */
    private record Remains(Domain domain, DomainObject appObject) {

        private static final Remains NONE = new Remains(null, null);

        void end(DomainObjectTable objects, boolean tell) {
            if (domain != null) {
                objects.end(domain, tell);
            }
            if (appObject != null) {
                appObject.release();
            }
        }
    }

    /**
     * Ends the application, under the monitor: whoever finds it in the table finds it loaded or about to be, and
     * whoever has connected to it has it for as long as the connection lasts. Its code is cut off before the name is
     * free: it does nothing beside that of its successor.
     */
    private Remains takeRemains() {
        if (state == State.ENDED) {
            return Remains.NONE;
        }
        state = State.ENDED;
        notifyAll();
        if (domain != null) {
            domain.cutOff();
        }
        table.ended(this);
        Remains remains = new Remains(domain, appObject);
        code = null;
        appObject = null;
        return remains;
    }

    private synchronized TrustedApplication begin(Domain fresh) throws TeeException {
        if (state != State.LOADING) {
            throw new TeeException(APP_UNLOADED, name + " was unloaded while it started");
        }
        domain = fresh;
        appObject = null;
        return code;
    }

    private void complete(DomainObject hosted) throws TeeException {
        synchronized (this) {
            if (state == State.LOADING) {
                appObject = hosted;
                state = State.LOADED;
                notifyAll();
                return;
            }
        }
        hosted.release();
        throw new TeeException(APP_UNLOADED, name + " was unloaded while it started");
    }

    /** To be called with the monitor, for what depends on it. */
    private void requireSoleUser() throws TeeException {
        if (state != State.LOADED) {
            throw new TeeException(APP_UNLOADED, name + " is not loaded any more");
        }
        if (controllers > 1) {
            throw new TeeException(APP_IN_USE, name + " has " + controllers + " controllers");
        }
    }

    private void unloadIfUnused() {
        Remains remains;
        synchronized (this) {
            if (state != State.LOADED || controllers > 0 || domain.references() > 0) {
                return;
            }
            remains = takeRemains();
        }
        remains.end(table.objects(), true);
    }
}
