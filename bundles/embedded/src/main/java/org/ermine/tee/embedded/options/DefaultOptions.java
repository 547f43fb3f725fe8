// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.options;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * The defaults that a component property type declares, and the name of the option that was asked for last. For one
 * thread.
 */
final class DefaultOptions<C extends Annotation> {

    private final Class<C> type;
    private final C options;
    private String asked;

    DefaultOptions(Class<C> type) {
        this.type = type;
        options = type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, option, none) -> value(option)));
    }

    private Object value(Method option) {
        asked = OptionNames.name(type, option);
        return option.getDefaultValue();
    }

    C options() {
        return options;
    }

    String asked() {
        return asked;
    }
}
