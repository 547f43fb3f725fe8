// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A component as the description in its bundle says, which Declarative Services read too. So it is wired the same with
 * them and without. What a description may say is more than is known here: the rest is refused, never left out.
 * Immutable.
 *
 * <p>Configurations do not change here, so the method for that ({@code modified}) is never called; and whether a
 * component waits until somebody uses its service ({@code immediate}) makes no difference: each begins as soon as it
 * can.
 *
 * @param name of the component
 * @param implementation the name of its class
 * @param pid of its configuration
 * @param parameters how many its constructor has
 * @param activate the name of the method that is called when it has all that it needs; empty if there is none
 * @param deactivate the name of the method that is called when it ends; empty if there is none
 * @param properties its own, without a configuration
 * @param provided the names of the types of its service; none if it has no service
 * @param references in the order in which they are bound
 */
record ComponentDescription(
        String name,
        String implementation,
        String pid,
        int parameters,
        String activate,
        String deactivate,
        Map<String, Object> properties,
        List<String> provided,
        List<ReferenceDescription> references) {

    private static final Set<String> ATTRIBUTES =
            Set.of("name", "immediate", "activate", "deactivate", "modified", "configuration-pid", "init");
    private static final Set<String> ELEMENTS = Set.of("property", "service", "reference", "implementation");

    /** @throws IllegalStateException naming what of it is not known */
    static ComponentDescription of(XmlElement component) {
        component.requireOnly(ATTRIBUTES, ELEMENTS);
        String name = component.attribute("name");
        String pid = component.attribute("configuration-pid");
        if (pid.contains(" ") || pid.contains("$")) {
            throw component.unknown("attribute configuration-pid=" + pid);
        }
        return new ComponentDescription(
                name,
                component.children("implementation").get(0).attribute("class"),
                pid.isEmpty() ? name : pid,
                component.attribute("init").isEmpty() ? 0 : Integer.parseInt(component.attribute("init")),
                component.attribute("activate"),
                component.attribute("deactivate"),
                properties(component),
                component.children("service").stream()
                        .map(service -> service.requireOnly(Set.of(), Set.of("provide")))
                        .flatMap(service -> service.children("provide").stream())
                        .map(provided -> provided.attribute("interface"))
                        .toList(),
                component.children("reference").stream()
                        .map(ReferenceDescription::of)
                        .toList());
    }

    private static Map<String, Object> properties(XmlElement component) {
        Map<String, Object> properties = new HashMap<>();
        for (XmlElement property : component.children("property")) {
            property.requireOnly(Set.of("name", "type", "value"), Set.of());
            properties.put(property.attribute("name"), value(property));
        }
        return properties;
    }

    /** An attribute is one value, a text one in each line. */
    private static Object value(XmlElement property) {
        String type = property.oneOf("type", "String", "String", "Boolean", "Integer", "Long");
        if (property.element().hasAttribute("value")) {
            return value(type, property.attribute("value"));
        }
        if (!type.equals("String")) {
            throw property.unknown("several values of type " + type);
        }
        return property.text()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toArray(String[]::new);
    }

    private static Object value(String type, String text) {
        return switch (type) {
            case "Boolean" -> Boolean.valueOf(text);
            case "Integer" -> Integer.valueOf(text);
            case "Long" -> Long.valueOf(text);
            default -> text;
        };
    }
}
