// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.osgi.framework.Bundle;

/**
 * What Declarative Services tell of the components in a framework, as an operator reads it there. The test does not see
 * the types: they are a bundle's.
 */
final class DeclaredComponents {

    private static final String RUNTIME = "org.osgi.service.component.runtime.ServiceComponentRuntime";
    private static final int UNSATISFIED_CONFIGURATION = 1;
    private static final int UNSATISFIED_REFERENCE = 2;
    private static final int FAILED_ACTIVATION = 16;

    private final EmbeddedFelix felix;

    DeclaredComponents(EmbeddedFelix felix) {
        this.felix = felix;
    }

    /** The components of Ermine that wait for something or have failed, each with what it has not found. */
    List<String> unhappy() {
        try {
            List<String> found = new ArrayList<>();
            for (Object description : descriptions()) {
                for (Object component : (Collection<?>) ask("getComponentConfigurationDTOs", description)) {
                    if (isUnhappy((int) field(component, "state"))) {
                        found.add(field(description, "name") + " waits for " + references(component));
                    }
                }
            }
            return found;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isUnhappy(int state) {
        return state == UNSATISFIED_CONFIGURATION || state == UNSATISFIED_REFERENCE || state == FAILED_ACTIVATION;
    }

    private List<Object> descriptions() throws ReflectiveOperationException {
        Collection<?> all = (Collection<?>) ask("getComponentDescriptionDTOs", (Object) new Bundle[0]);
        List<Object> ours = new ArrayList<>();
        for (Object each : all) {
            if (String.valueOf(field(field(each, "bundle"), "symbolicName")).startsWith("org.ermine.tee.")) {
                ours.add(each);
            }
        }
        return ours;
    }

    private static List<Object> references(Object component) throws ReflectiveOperationException {
        Object unsatisfied = field(component, "unsatisfiedReferences");
        List<Object> names = new ArrayList<>();
        for (int i = 0; i < Array.getLength(unsatisfied); i++) {
            names.add(field(Array.get(unsatisfied, i), "name"));
        }
        return names;
    }

    private Object ask(String method, Object argument) throws ReflectiveOperationException {
        Object runtime = felix.serviceOfBundles(RUNTIME);
        Class<?> type = felix.bundle("org.osgi.service.component").loadClass(RUNTIME);
        for (var each : type.getMethods()) {
            if (each.getName().equals(method) && each.getParameterCount() == 1) {
                return each.invoke(runtime, argument);
            }
        }
        throw new NoSuchMethodException(method);
    }

    private static Object field(Object dto, String name) throws ReflectiveOperationException {
        return dto.getClass().getField(name).get(dto);
    }
}
