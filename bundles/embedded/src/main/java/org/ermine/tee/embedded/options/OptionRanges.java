// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.options;

import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.util.HashMap;
import java.util.Map;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.Attributes;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * The ranges of a component's numbers, as Metatype describes them: they are declared there and nowhere else. The
 * description is a file of the bundle. It is read when it is needed first, which is not at a start with nothing but
 * defaults. Thread-safe.
 */
final class OptionRanges {

    private final Class<? extends Annotation> type;
    /** Null until it is needed. Guarded by this. */
    private Map<String, OptionRange> ranges;

    /** @param type a component property type with {@code @ObjectClassDefinition} */
    OptionRanges(Class<? extends Annotation> type) {
        this.type = type;
    }

    /** @throws IllegalStateException if Metatype describes no range for that option */
    OptionRange of(String option) {
        OptionRange range = all().get(option);
        if (range == null) {
            throw new IllegalStateException("Metatype describes no range for option " + option + " of " + type);
        }
        return range;
    }

    /** By the options' names. */
    synchronized Map<String, OptionRange> all() {
        if (ranges == null) {
            ranges = Map.copyOf(read());
        }
        return ranges;
    }

    private Map<String, OptionRange> read() {
        String file = "/OSGI-INF/metatype/" + type.getName() + ".xml";
        try (InputStream description = type.getResourceAsStream(file)) {
            if (description == null) {
                throw new IllegalStateException("there is no " + file + " that describes " + type);
            }
            return read(description);
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        }
    }

    /** By the parser of the JDK: another one is looked for among the classes of whoever happens to call. */
    private static Map<String, OptionRange> read(InputStream description)
            throws IOException, SAXException, ParserConfigurationException {
        Map<String, OptionRange> ranges = new HashMap<>();
        SAXParserFactory.newDefaultInstance().newSAXParser().parse(description, new DefaultHandler() {
            @Override
            public void startElement(String space, String local, String name, Attributes attributes) {
                String least = attributes.getValue("min");
                String most = attributes.getValue("max");
                if (name.equals("AD") && least != null && most != null) {
                    ranges.put(attributes.getValue("id"), new OptionRange(Long.parseLong(least), Long.parseLong(most)));
                }
            }
        });
        return ranges;
    }
}
