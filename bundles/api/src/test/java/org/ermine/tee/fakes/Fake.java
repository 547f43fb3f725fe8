// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.fakes;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;

/** Makes objects that have only those methods of an interface that a test needs. */
public final class Fake {

    private Fake() {}

    /**
     * An object whose methods do what the handler says. It equals only itself.
     *
     * @param handler is asked for all methods but {@code equals} and {@code hashCode}
     */
    public static <T> T of(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> switch (method.getName()) {
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> handler.invoke(self, method, arguments);
                }));
    }

    /**
     * An object with constant answers. An annotation answers with its default where none is given; all else is
     * unsupported.
     *
     * @param answers by the names of the methods; a value may be null
     */
    public static <T> T answering(Class<T> type, Map<String, ?> answers) {
        return of(type, (self, method, arguments) -> {
            if (!answers.containsKey(method.getName()) && method.getDefaultValue() == null) {
                throw unsupported(method);
            }
            return answers.containsKey(method.getName()) ? answers.get(method.getName()) : method.getDefaultValue();
        });
    }

    /** For a method that the object does not have. */
    public static UnsupportedOperationException unsupported(Method method) {
        return new UnsupportedOperationException(method.toString());
    }
}
