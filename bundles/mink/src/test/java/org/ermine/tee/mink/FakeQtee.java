// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import java.lang.reflect.Proxy;
import org.ermine.tee.Arguments;
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
        TeeObject environment = object((op, arguments) -> arguments.returned(1, object(service)));
        return ClientEnv.register(context(environment));
    }

    /** A context in which clients get this environment. */
    static TeeContext context(TeeObject environment) {
        TeeObject root = object((op, arguments) -> arguments.returned(1, environment));
        return proxy(TeeContext.class, (method, arguments) -> method.equals("root") ? root : null);
    }

    static TeeObject object(Operations operations) {
        return proxy(TeeObject.class, (method, arguments) -> {
            if (method.equals("invoke")) {
                operations.invoke((Integer) arguments[0], (Arguments) arguments[1]);
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
