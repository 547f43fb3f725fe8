// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads XML reports of Surefire and Failsafe. */
final class Results {

    /** The name of a test case is that of its method, and what tells repetitions apart. */
    private static final Pattern REPETITION = Pattern.compile("\\P{javaJavaIdentifierPart}.*", Pattern.DOTALL);

    private final Map<TestMethod, Outcome> outcomes = new HashMap<>();

    private Results() {}

    /** How each test method ended; of several test cases of one method the worst counts. */
    static Map<TestMethod, Outcome> in(Collection<Path> reports) throws IOException {
        Results results = new Results();
        for (Path report : reports) {
            results.read(report);
        }
        return results.outcomes;
    }

    private void read(Path report) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        try (InputStream in = Files.newInputStream(report)) {
            XMLStreamReader xml = factory.createXMLStreamReader(in);
            TestMethod method = null;
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT) {
                    method = read(xml, method);
                }
            }
        } catch (XMLStreamException e) {
            throw new IOException(report + ": " + e.getMessage(), e);
        }
    }

    private TestMethod read(XMLStreamReader element, TestMethod method) {
        switch (element.getLocalName()) {
            case "testcase" -> {
                String name = REPETITION
                        .matcher(element.getAttributeValue(null, "name"))
                        .replaceFirst("");
                TestMethod next = new TestMethod(element.getAttributeValue(null, "classname"), name);
                add(next, Outcome.PASSED);
                return next;
            }
            case "failure", "error" -> add(method, Outcome.FAILED);
            case "skipped" -> add(method, Outcome.SKIPPED);
            default -> {
                // What it printed, and the properties of the JVM.
            }
        }
        return method;
    }

    private void add(TestMethod method, Outcome outcome) {
        outcomes.merge(method, outcome, Outcome::worse);
    }
}
