// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * An element of a description, which can be asked to have nothing that its reader does not know.
 *
 * @param element as it was parsed
 * @param origin the file, for messages
 */
record XmlElement(Element element, String origin) {

    static XmlElement read(InputStream stream, String origin) throws IOException {
        try {
            return new XmlElement(
                    DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(stream)
                            .getDocumentElement(),
                    origin);
        } catch (SAXException | ParserConfigurationException e) {
            throw new IOException(origin + " is no XML", e);
        }
    }

    /**
     * What a reader does not know it would leave out silently.
     *
     * @param attributes and elements that the reader knows
     * @throws IllegalStateException naming what else there is
     */
    XmlElement requireOnly(Set<String> attributes, Set<String> elements) {
        for (int i = 0; i < element.getAttributes().getLength(); i++) {
            String name = element.getAttributes().item(i).getNodeName();
            if (!name.startsWith("xmlns") && !attributes.contains(name)) {
                throw unknown("attribute " + name + "=" + element.getAttribute(name));
            }
        }
        for (XmlElement child : children()) {
            if (!elements.contains(child.element.getNodeName())) {
                throw unknown("element " + child.element.getNodeName());
            }
        }
        return this;
    }

    /** An attribute that has one of some values. */
    String oneOf(String attribute, String defaultValue, String... known) {
        String value = element.hasAttribute(attribute) ? element.getAttribute(attribute) : defaultValue;
        if (!Arrays.asList(known).contains(value)) {
            throw unknown("attribute " + attribute + "=" + value);
        }
        return value;
    }

    /** What the TEE in memory cannot do as it is described. */
    IllegalStateException unknown(String what) {
        return new IllegalStateException(origin + ": the TEE in memory does not know " + what + " of "
                + element.getNodeName() + " " + element.getAttribute("name"));
    }

    /** Empty if there is none. */
    String attribute(String name) {
        return element.getAttribute(name);
    }

    String text() {
        return element.getTextContent();
    }

    List<XmlElement> children(String name) {
        return children().stream()
                .filter(child -> child.element.getNodeName().equals(name))
                .toList();
    }

    /** All elements with a name that are anywhere in this one. */
    List<XmlElement> descendants(String name) {
        return elements(element.getElementsByTagName(name));
    }

    private List<XmlElement> children() {
        return elements(element.getChildNodes());
    }

    private List<XmlElement> elements(NodeList nodes) {
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(node -> node.getNodeType() == Node.ELEMENT_NODE)
                .map(node -> new XmlElement((Element) node, origin))
                .toList();
    }
}
