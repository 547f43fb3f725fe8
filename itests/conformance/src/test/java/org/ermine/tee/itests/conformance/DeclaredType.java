// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A class, interface, record or enum as its source declares it.
 *
 * @param module the folder of the Maven module that has the source, from the root of the project
 * @param inPackage the name of its package
 * @param name with the names of the types that it is nested in, as in {@code Outer.Inner}
 * @param variables the names of its fields, constants and components, and of its methods' parameters and variables
 */
record DeclaredType(String module, String inPackage, String name, List<Method> methods, Set<String> variables) {

    boolean isNested() {
        return name.contains(".");
    }

    String simpleName() {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /**
     * A method of it.
     *
     * @param parameters how many it has
     * @param annotations the texts of their arguments, by the simple names of the annotations
     */
    record Method(String name, int parameters, Map<String, String> annotations) {

        boolean isOverride() {
            return annotations.containsKey("Override");
        }

        boolean isTest() {
            return annotations.keySet().stream().anyMatch(name -> name.endsWith("Test") || name.equals("TestFactory"));
        }
    }
}
