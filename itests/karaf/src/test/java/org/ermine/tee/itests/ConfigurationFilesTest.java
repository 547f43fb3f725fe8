// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The configuration files of the features say what the bundles' Metatype says. */
public class ConfigurationFilesTest {

    private static final Path FILES = Path.of(System.getProperty("ermine.cfg"));

    private static final Set<String> NUMBERS = Set.of("Integer", "Long");

    /** Units, by how the name of an option ends. */
    private static final Map<String, String> UNITS = Map.of(
            "Millis",
            "milliseconds",
            "Micros",
            "microseconds",
            "Percent",
            "percent",
            "Seconds",
            "seconds",
            "KiB",
            "KiB",
            "MiB",
            "MiB");

    /** An option as its line and the line before have it: what it may be, its name and its default. */
    private static final Pattern OPTION = Pattern.compile("# (.+)\\.\\n#(\\w+) =(.*)\\n");

    @Test
    public void eachOptionHasItsNameDefaultUnitAndRange() throws Exception {
        SortedMap<String, List<String>> described = new TreeMap<>();
        SortedMap<String, List<String>> documented = new TreeMap<>();
        for (var each : metatypes().entrySet()) {
            described.put(each.getKey(), options(each.getValue()));
        }
        try (Stream<Path> files = Files.list(FILES)) {
            for (Path file : files.toList()) {
                documented.put(file.getFileName().toString().replaceFirst("\\.cfg$", ""), options(file));
            }
        }
        assertTrue("options were found", described.size() > 5);
        assertEquals(described, documented);
    }

    /**
     * A default needs no look at the range when it is read, and not everybody who shows a description shows the range
     * beside it.
     */
    @Test
    public void eachDefaultIsInItsRangeWhichTheDescriptionTells() throws Exception {
        for (var each : metatypes().entrySet()) {
            NodeList attributes = each.getValue().getElementsByTagName("AD");
            for (int i = 0; i < attributes.getLength(); i++) {
                Element option = (Element) attributes.item(i);
                String name = each.getKey() + " " + option.getAttribute("id");
                if (NUMBERS.contains(option.getAttribute("type"))) {
                    String least = option.getAttribute("min");
                    String most = option.getAttribute("max");
                    String text = option.getAttribute("description").replaceAll("\\s+", " ");
                    assertTrue(name + ": " + text, text.contains(least + " to " + most));
                    long usual = Long.parseLong(option.getAttribute("default"));
                    assertTrue(name, usual >= Long.parseLong(least) && usual <= Long.parseLong(most));
                }
            }
        }
    }

    @Test
    public void withoutAChangeAFileConfiguresNothing() throws Exception {
        try (Stream<Path> files = Files.list(FILES)) {
            for (Path file : files.toList()) {
                for (String line : Files.readAllLines(file)) {
                    assertTrue(file + ": " + line, line.isEmpty() || line.startsWith("#"));
                }
            }
        }
    }

    private static List<String> options(Document metatype) {
        List<String> options = new ArrayList<>();
        NodeList attributes = metatype.getElementsByTagName("AD");
        for (int i = 0; i < attributes.getLength(); i++) {
            Element option = (Element) attributes.item(i);
            String id = option.getAttribute("id");
            String range = option.hasAttribute("min")
                    ? unit(id) + ", " + option.getAttribute("min") + " to " + option.getAttribute("max")
                    : "text";
            options.add(id + " = " + unescaped(option.getAttribute("default")) + " (" + range + ")");
        }
        return options.stream().sorted().toList();
    }

    /** In Metatype a backslash stands before a blank that belongs to a value. */
    private static String unescaped(String value) {
        return value.replace("\\ ", " ");
    }

    private static String unit(String option) {
        return UNITS.entrySet().stream()
                .filter(unit -> option.endsWith(unit.getKey()))
                .map(unit -> "In " + unit.getValue())
                .findFirst()
                .orElse("Number");
    }

    private static List<String> options(Path file) throws IOException {
        List<String> options = new ArrayList<>();
        Matcher option = OPTION.matcher(Files.readString(file));
        while (option.find()) {
            String range = option.group(1).matches(".* to \\d+") ? option.group(1) : "text";
            options.add(option.group(2) + " = " + option.group(3).strip() + " (" + range + ")");
        }
        return options.stream().sorted().toList();
    }

    /** What our bundles describe, by PID. */
    private static SortedMap<String, Document> metatypes() throws Exception {
        SortedMap<String, Document> metatypes = new TreeMap<>();
        File[] bundles =
                new File(System.getProperty("ermine.bundles")).listFiles((folder, name) -> name.endsWith(".jar"));
        for (File bundle : bundles) {
            try (JarFile jar = new JarFile(bundle)) {
                for (JarEntry entry : jar.stream().toList()) {
                    if (entry.getName().matches("OSGI-INF/metatype/.+\\.xml")) {
                        Document metatype = parse(jar, entry);
                        Element designate = (Element)
                                metatype.getElementsByTagName("Designate").item(0);
                        metatypes.put(designate.getAttribute("pid"), metatype);
                    }
                }
            }
        }
        return metatypes;
    }

    private static Document parse(JarFile jar, JarEntry entry) throws Exception {
        try (InputStream xml = jar.getInputStream(entry)) {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(xml);
        }
    }
}
