// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink.impl;

import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.AppController;
import org.ermine.tee.mink.AppLoader;
import org.ermine.tee.mink.ClientEnv;

/**
 * How something is opened in a context. Immutable.
 *
 * @param <S> what is opened
 * @param name in texts
 * @param way opens it
 */
record ClientOpening<S>(Class<S> type, String name, Way<S> way) {

    /** Opens something that ends with the context at the latest. */
    @FunctionalInterface
    interface Way<S> {
        Result<S> open(TeeContext context) throws TeeException;
    }

    /**
     * What was opened.
     *
     * @param kept what has to stay open for it, until the context is closed; null for nothing
     */
    record Result<S>(S object, Object kept) {}

    static ClientOpening<ClientEnv> environment(Object device) {
        return new ClientOpening<>(
                ClientEnv.class,
                "the client environment of " + device,
                context -> new Result<>(ClientEnv.registerForGood(context), null));
    }

    static ClientOpening<TeeObject> service(int uid) {
        return object(
                "trusted service " + Integer.toUnsignedString(uid),
                environment -> new Result<>(environment.open(uid), null));
    }

    /** Opens an application and stays connected to it, so that other clients cannot unload or restart it. */
    static ClientOpening<TeeObject> application(String name) {
        return object("trusted application " + name, environment -> {
            try (AppLoader loader = AppLoader.open(environment)) {
                AppController controller = loader.connectOrLoadEmbedded(name);
                return new Result<>(controller.appObject(), controller);
            }
        });
    }

    /** How an object is opened that is reached by way of the client environment. */
    @FunctionalInterface
    private interface WayOfClient {
        Result<TeeObject> open(ClientEnv environment) throws TeeException;
    }

    private static ClientOpening<TeeObject> object(String name, WayOfClient way) {
        return new ClientOpening<>(TeeObject.class, name, context -> {
            try (ClientEnv environment = ClientEnv.register(context)) {
                return way.open(environment);
            }
        });
    }
}
