// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.app;

import org.ermine.tee.IncomingArguments;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.object.DomainObject;
import org.ermine.tee.qtee.emulator.object.TrustedReference;
import org.ermine.tee.qtee.emulator.service.Sizes;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedObject;

/**
 * {@code IAppController}: a client's connection to a loaded application. It ends by unload, disconnect, or when the
 * client releases it. Thread safe.
 */
final class LoadedAppController implements TrustedObject {

    private static final int OPEN_SESSION = 0;
    private static final int UNLOAD = 1;
    private static final int GET_APP_OBJECT = 2;
    private static final int INSTALL_CALLBACK = 3;
    private static final int DISCONNECT = 4;
    private static final int RESTART = 5;

    private static final TeeResult NOT_SUPPORTED = TeeResult.of(14);
    private static final TeeResult CALLBACK_UNKNOWN = TeeResult.of(15);
    private static final TeeResult APP_DISCONNECTED = TeeResult.of(17);
    private static final TeeResult APP_RESTART_FAILED = TeeResult.of(20);

    private static final int CALLBACK_WAIT = 1;

    private final LoadedApp app;
    /** Guarded by this. */
    private boolean disconnected;

    /** What the client waits with, installed for GlobalPlatform sessions; guarded by this. */
    private NormalObject waitCallback;

    LoadedAppController(LoadedApp app) {
        this.app = app;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        requireConnected();
        switch (op) {
            case OPEN_SESSION -> {
                requireLoaded();
                throw new TeeException(NOT_SUPPORTED, app.name() + " has no GlobalPlatform sessions");
            }
            case UNLOAD -> {
                arguments.expect(0, 0, 0, 0);
                app.unload();
            }
            case GET_APP_OBJECT -> {
                arguments.expect(0, 0, 0, 1);
                returnAppObject(arguments);
            }
            case INSTALL_CALLBACK -> {
                arguments.expect(1, 0, 1, 0);
                Sizes.requireInput(arguments, 0, Integer.BYTES);
                requireLoaded();
                install(arguments.input(0).getInt(), arguments.inputObject(0));
            }
            case DISCONNECT -> {
                arguments.expect(0, 0, 0, 0);
                requireLoaded();
                disconnect();
            }
            case RESTART -> {
                arguments.expect(0, 0, 0, 0);
                restart();
            }
            default -> throw new TeeException(TeeResult.INVALID, "IAppController has no operation " + op);
        }
    }

    @Override
    public void released() {
        disconnect();
    }

    private void returnAppObject(IncomingArguments arguments) throws TeeException {
        DomainObject appObject = app.appObject();
        try {
            arguments.outputObject(0, new TrustedReference(appObject));
        } finally {
            appObject.release();
        }
    }

    private void install(int type, ObjectReference callback) throws TeeException {
        if (type != CALLBACK_WAIT) {
            throw new TeeException(CALLBACK_UNKNOWN, "there is no callback of type " + Integer.toUnsignedString(type));
        }
        if (callback != null && !(callback instanceof NormalObject)) {
            throw new TeeException(TeeResult.INVALID, "input object 0 is no object of the normal world");
        }
        exchangeCallback(callback == null ? null : ((NormalObject) callback).duplicate());
    }

    private void restart() throws TeeException {
        try {
            app.restart();
        } catch (TeeException e) {
            boolean refused =
                    e.result().equals(LoadedApp.APP_UNLOADED) || e.result().equals(LoadedApp.APP_IN_USE);
            throw refused ? e : new TeeException(APP_RESTART_FAILED, e.getMessage());
        }
    }

    private void disconnect() {
        NormalObject callback;
        synchronized (this) {
            if (disconnected) {
                return;
            }
            disconnected = true;
            callback = waitCallback;
            waitCallback = null;
        }
        if (callback != null) {
            callback.close();
        }
        app.disconnect();
    }

    private void exchangeCallback(NormalObject next) {
        NormalObject old;
        synchronized (this) {
            old = disconnected ? next : waitCallback;
            waitCallback = disconnected ? null : next;
        }
        if (old != null) {
            old.close();
        }
    }

    private synchronized void requireConnected() throws TeeException {
        if (disconnected) {
            throw new TeeException(APP_DISCONNECTED, "this controller was disconnected from " + app.name());
        }
    }

    private void requireLoaded() throws TeeException {
        if (!app.isLoaded()) {
            throw new TeeException(LoadedApp.APP_UNLOADED, app.name() + " is not loaded any more");
        }
    }
}
