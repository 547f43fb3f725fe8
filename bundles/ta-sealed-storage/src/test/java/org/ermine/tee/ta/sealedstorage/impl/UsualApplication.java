// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerConfiguration;

/** The sealed storage TA as it is where little is configured. */
public final class UsualApplication {

    private UsualApplication() {}

    public static SealedStorageApplication create() {
        return configured(Map.of());
    }

    /** With options that are not the usual ones. */
    public static SealedStorageApplication configured(Map<String, Object> options) {
        return new SealedStorageApplication(options(DrawerConfiguration.class, options), options);
    }

    static <A extends Annotation> A options(Class<A> type, Map<String, Object> options) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, option, none) -> options.getOrDefault(option.getName(), option.getDefaultValue())));
    }
}
