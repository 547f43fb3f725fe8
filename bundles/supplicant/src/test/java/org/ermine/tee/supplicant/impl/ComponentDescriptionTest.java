// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.ermine.tee.TeeDevice;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ComponentDescriptionTest {

    @Test
    void givenADeviceWhoseCoreHasNoWorkersYetThenTheSupplicantDoesNotSeeIt() throws Exception {
        try (InputStream xml =
                Supplicant.class.getResourceAsStream("/OSGI-INF/" + Supplicant.class.getName() + ".xml")) {
            NodeList references = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(xml)
                    .getElementsByTagName("reference");
            Element device = IntStream.range(0, references.getLength())
                    .mapToObj(i -> (Element) references.item(i))
                    .filter(reference -> reference.getAttribute("interface").equals(TeeDevice.class.getName()))
                    .findAny()
                    .orElseThrow();
            assertEquals("(&(tee.implementation=4)(tee.servesCallbacks=true))", device.getAttribute("target"));
        }
    }
}
