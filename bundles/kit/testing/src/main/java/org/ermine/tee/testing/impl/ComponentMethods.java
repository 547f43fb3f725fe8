// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * The constructor and the methods of a component's class that its description names, called with what their parameters
 * ask for.
 */
final class ComponentMethods {

    private final Class<?> type;
    private final LocalBundle bundle;
    private final Map<String, Object> properties;

    /** @param properties of the component */
    ComponentMethods(Class<?> type, LocalBundle bundle, Map<String, Object> properties) {
        this.type = type;
        this.bundle = bundle;
        this.properties = properties;
    }

    /**
     * Makes the component.
     *
     * @param count how many parameters the constructor has
     * @param services those that are parameters, by number
     */
    Object construct(int count, Map<Integer, Object> services) {
        List<Constructor<?>> found = Arrays.stream(type.getConstructors())
                .filter(each -> each.getParameterCount() == count && isKnown(each, services))
                .toList();
        if (found.size() != 1) {
            throw new IllegalStateException(type + " has " + found.size()
                    + " public constructors that the TEE in memory can call: it has to be one with " + count
                    + " parameters");
        }
        Class<?>[] parameters = found.get(0).getParameterTypes();
        found.get(0).setAccessible(true);
        return called(() -> found.get(0)
                .newInstance(IntStream.range(0, count)
                        .mapToObj(i -> services.containsKey(i) ? services.get(i) : ownArgument(parameters[i]))
                        .toArray()));
    }

    private static boolean isKnown(Constructor<?> constructor, Map<Integer, Object> services) {
        Class<?>[] parameters = constructor.getParameterTypes();
        return IntStream.range(0, parameters.length)
                .allMatch(i -> services.containsKey(i)
                        ? parameters[i].isInstance(services.get(i))
                        : isOwnArgument(parameters[i]));
    }

    private static boolean isOwnArgument(Class<?> parameter) {
        return parameter == BundleContext.class || parameter == Map.class || parameter.isAnnotation();
    }

    /** What is the component's own, as a parameter of that type. */
    private Object ownArgument(Class<?> parameter) {
        if (parameter == BundleContext.class) {
            return bundle.context();
        }
        return parameter == Map.class ? properties : ComponentPropertyType.of(parameter, properties);
    }

    /**
     * Looks at the methods that a description names.
     *
     * @throws IllegalStateException naming one that there is not, or a parameter that is not known here
     */
    void requireKnown(ComponentDescription description) {
        Stream.of(description.activate(), description.deactivate())
                .forEach(name -> requireKnown(name, ComponentMethods::isOwnArgument));
        for (ReferenceDescription reference : description.references()) {
            Stream.of(reference.bind(), reference.updated(), reference.unbind())
                    .forEach(name -> requireKnown(
                            name,
                            parameter -> parameter == ServiceReference.class
                                    || parameter == Map.class
                                    || isObject(parameter, reference)));
        }
    }

    private void requireKnown(String name, Predicate<Class<?>> known) {
        if (!name.isEmpty()) {
            Method method = method(name);
            for (Class<?> parameter : method.getParameterTypes()) {
                if (!known.test(parameter)) {
                    throw new IllegalStateException(
                            "the TEE in memory does not know the parameter " + parameter + " of " + method);
                }
            }
        }
    }

    /** Calls a method for an event of the component's life; none if the name is empty. */
    void call(Object component, String name) {
        call(component, name, this::ownArgument);
    }

    /** Calls a method of a reference; none if the name is empty. */
    void call(Object component, String name, ReferenceDescription reference, LocalService<?> service) {
        call(component, name, parameter -> {
            if (parameter == ServiceReference.class) {
                return service;
            }
            return parameter == Map.class ? service.properties() : service.get(bundle, parameter);
        });
    }

    private void call(Object component, String name, Function<Class<?>, Object> argument) {
        if (!name.isEmpty()) {
            Method method = method(name);
            Object[] arguments =
                    Arrays.stream(method.getParameterTypes()).map(argument).toArray();
            called(() -> method.invoke(component, arguments));
        }
    }

    /** Whether the method gets the object of a service, not only its reference. */
    boolean getsObject(ReferenceDescription reference) {
        return Arrays.stream(method(reference.bind()).getParameterTypes()).anyMatch(each -> isObject(each, reference));
    }

    private static boolean isObject(Class<?> parameter, ReferenceDescription reference) {
        return parameter.getName().equals(reference.type());
    }

    private Method method(String name) {
        List<Method> found = Arrays.stream(type.getDeclaredMethods())
                .filter(each -> each.getName().equals(name) && !each.isBridge())
                .toList();
        if (found.size() != 1) {
            throw new IllegalStateException(
                    type + " has " + found.size() + " methods " + name + ": the TEE in memory wants one");
        }
        found.get(0).setAccessible(true);
        return found.get(0);
    }

    private interface Call {
        Object call() throws ReflectiveOperationException;
    }

    private static Object called(Call call) {
        try {
            return call.call();
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException thrown) {
                throw thrown;
            } else if (e.getCause() instanceof Error thrown) {
                throw thrown;
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
