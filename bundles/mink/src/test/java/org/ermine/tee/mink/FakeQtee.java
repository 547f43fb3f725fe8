// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import java.lang.reflect.Proxy;
import org.ermine.tee.ArgumentAccess;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;

/** A QTEE with one service, which does what a test says. */
final class FakeQtee {

    /** What an object does. */
    @FunctionalInterface
    interface Operations {
        void invoke(int op, Arguments arguments) throws TeeException;
    }

    private FakeQtee() {}

    /** A client environment that opens this service, whatever the UID. */
    static ClientEnv offering(Operations service) throws TeeException {
        TeeObject environment = object((op, arguments) -> ArgumentAccess.returned(arguments, 1, object(service)));
        return ClientEnv.register(context(environment));
    }

    /** A context in which clients get this environment. */
    static TeeContext context(TeeObject environment) {
        return context(
                object((op, arguments) -> ArgumentAccess.returned(arguments, 1, environment)), (op, arguments) -> {});
    }

    /** A context with this root object and these credentials. */
    static TeeContext context(TeeObject root, CallbackObject credentials) {
        return proxy(TeeContext.class, (method, arguments) -> switch (method) {
            case "root" -> root;
            case "credentials" -> credentials;
            default -> throw new UnsupportedOperationException(method);
        });
    }

    static TeeObject object(Operations operations) {
        return object(operations, () -> {});
    }

    /** @param closed is told each time that the object is closed */
    static TeeObject object(Operations operations, Runnable closed) {
        return proxy(TeeObject.class, (method, arguments) -> {
            switch (method) {
                case "invoke" -> operations.invoke((Integer) arguments[0], (Arguments) arguments[1]);
                case "close" -> closed.run();
                default -> throw new UnsupportedOperationException(method);
            }
            return null;
        });
    }

    @FunctionalInterface
    private interface Methods {
        Object call(String name, Object[] arguments) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Methods methods) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    return methods.call(method.getName(), arguments);
                }));
    }
}
