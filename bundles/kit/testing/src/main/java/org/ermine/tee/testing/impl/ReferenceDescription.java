// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;

/**
 * A reference of a component, as its description says. Immutable.
 *
 * @param name of the reference
 * @param type of the services
 * @param target which properties match
 * @param parameter the number of the constructor's parameter that the service is; -1 if methods are told of it
 * @param several whether it takes all services, not the best one
 * @param greedy whether a better service takes the place of the one that it has
 * @param bind the name of the method that is told of a service that comes
 * @param updated the name of the one that is told of its changes; empty if there is none
 * @param unbind the name of the one that is told when it goes; empty if there is none
 */
record ReferenceDescription(
        String name,
        String type,
        Predicate<Map<String, Object>> target,
        int parameter,
        boolean several,
        boolean greedy,
        String bind,
        String updated,
        String unbind) {

    private static final Set<String> ATTRIBUTES = Set.of(
            "name",
            "interface",
            "cardinality",
            "policy",
            "policy-option",
            "target",
            "parameter",
            "bind",
            "updated",
            "unbind");

    /** @throws IllegalStateException naming what of it is not known */
    static ReferenceDescription of(XmlElement reference) {
        reference.requireOnly(ATTRIBUTES, Set.of());
        boolean isParameter = !reference.attribute("parameter").isEmpty();
        String cardinality;
        if (isParameter) {
            cardinality = reference.oneOf("cardinality", "1..1", "1..1");
            reference.oneOf("policy", "static", "static");
        } else {
            cardinality = reference.oneOf("cardinality", "1..1", "0..1", "0..n");
            reference.oneOf("policy", "static", "dynamic");
        }
        return new ReferenceDescription(
                reference.attribute("name"),
                reference.attribute("interface"),
                target(reference),
                isParameter ? Integer.parseInt(reference.attribute("parameter")) : -1,
                cardinality.equals("0..n"),
                reference
                        .oneOf("policy-option", "reluctant", "reluctant", "greedy")
                        .equals("greedy"),
                reference.attribute("bind"),
                reference.attribute("updated"),
                reference.attribute("unbind"));
    }

    private static Predicate<Map<String, Object>> target(XmlElement reference) {
        String target = reference.attribute("target");
        if (target.isEmpty()) {
            return properties -> true;
        }
        try {
            Filter filter = FrameworkUtil.createFilter(target);
            return filter::matches;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(reference.origin() + ": target of " + reference.attribute("name"), e);
        }
    }

    boolean isParameter() {
        return parameter >= 0;
    }

    boolean accepts(LocalService<?> service) {
        return service.hasType(type) && target.test(service.properties());
    }

    @Override
    public String toString() {
        return "reference " + name + " to " + type;
    }
}
