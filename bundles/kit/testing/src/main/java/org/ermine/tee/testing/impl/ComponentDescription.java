// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What a component announces and refers to, as the description in its bundle says, which Declarative Services read too. So the
 * same is announced with them and without. Immutable.
 */
public final class ComponentDescription {

    private final Document description;

    private ComponentDescription(Document description) {
        this.description = description;
    }

    /** @throws IllegalStateException if its bundle has none */
    public static ComponentDescription of(Class<?> component) {
        String name = "/OSGI-INF/" + component.getName() + ".xml";
        try (InputStream xml = component.getResourceAsStream(name)) {
            if (xml == null) {
                throw new IllegalStateException("there is no " + name + " beside " + component);
            }
            return new ComponentDescription(
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(xml));
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new IllegalStateException(name + " cannot be read", e);
        }
    }

    /** The properties of its services. */
    public Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        for (Element property : elements("property")) {
            String value = property.getAttribute("value");
            properties.put(
                    property.getAttribute("name"),
                    switch (property.getAttribute("type")) {
                        case "", "String" -> value;
                        case "Boolean" -> Boolean.valueOf(value);
                        case "Integer" -> Integer.valueOf(value);
                        case "Long" -> Long.valueOf(value);
                        default -> throw new IllegalStateException(property.getAttribute("type"));
                    });
        }
        return properties;
    }

    /** Which services a reference takes, by their properties. */
    public Predicate<Map<String, Object>> target(String reference) {
        for (Element each : elements("reference")) {
            if (each.getAttribute("name").equals(reference)) {
                return target(each);
            }
        }
        throw new IllegalStateException("there is no reference " + reference);
    }

    private static Predicate<Map<String, Object>> target(Element reference) {
        String target = reference.getAttribute("target");
        if (target.isEmpty()) {
            return properties -> true;
        }
        try {
            Filter filter = FrameworkUtil.createFilter(target);
            return filter::matches;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private Iterable<Element> elements(String name) {
        NodeList found = description.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(found::item)
                .map(Element.class::cast)
                .toList();
    }
}
