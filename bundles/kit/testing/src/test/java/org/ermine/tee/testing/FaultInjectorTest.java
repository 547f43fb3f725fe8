// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class FaultInjectorTest {

    /** A method with a default would be lost: an implementation of it would never be called. */
    @TestFactory
    Stream<DynamicTest> whatItStandsBeforeGetsEachCall() {
        return Arrays.stream(FaultInjector.class.getDeclaredClasses())
                .flatMap(wrapper -> Arrays.stream(wrapper.getInterfaces())
                        .flatMap(spi -> Arrays.stream(spi.getMethods()))
                        .filter(method -> !Modifier.isStatic(method.getModifiers()))
                        .map(method -> DynamicTest.dynamicTest(
                                wrapper.getSimpleName() + "." + method.getName(),
                                () -> assertFalse(declared(wrapper, method).isDefault(), "it is not passed on"))));
    }

    private static Method declared(Class<?> wrapper, Method method) throws NoSuchMethodException {
        return wrapper.getMethod(method.getName(), method.getParameterTypes());
    }
}
