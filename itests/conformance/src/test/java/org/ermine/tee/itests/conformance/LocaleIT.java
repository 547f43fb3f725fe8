// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * No class that is deployed leaves anything to the locale, the charset or the time zone of the process, or decides by a
 * text that is meant for people. Looks at what the compiled classes call; what may call it nevertheless is named here,
 * with the reason.
 */
class LocaleIT {

    /** What takes the default of the process because it is told no other. */
    private static final Pattern DEFAULTS = Pattern.compile(String.join(
            "|",
            "java/lang/String\\.to(Lower|Upper)Case\\(\\).*",
            "java/lang/String\\.format\\(Ljava/lang/String;.*",
            "java/lang/String\\.formatted\\(.*",
            "java/lang/String\\.getBytes\\(\\).*",
            "java/lang/String\\.<init>\\(\\[B(II)?\\).*",
            "java/io/Print(Stream|Writer)\\.(printf|format)\\(Ljava/lang/String;.*",
            "java/io/(InputStreamReader|OutputStreamWriter|PrintStream|PrintWriter)"
                    + "\\.<init>\\(Ljava/io/\\w*Stream;Z?\\).*",
            "java/io/File(Reader|Writer)\\.<init>\\([^,]*[^;]?;Z?\\)V",
            "java/io/ByteArrayOutputStream\\.toString\\(\\).*",
            "java/nio/charset/Charset\\.defaultCharset.*",
            "java/util/Locale\\.getDefault.*",
            "java/time/ZoneId\\.systemDefault.*",
            "java/util/TimeZone\\.getDefault.*",
            "java/util/(Gregorian)?Calendar\\.(getInstance|<init>)\\(\\).*",
            "java/time/\\w+\\.now\\(\\)Ljava/time/(Local|Zoned|Offset|Year|Month).*",
            "java/text/SimpleDateFormat\\.<init>\\((Ljava/lang/String;)?\\).*",
            "java/time/format/DateTimeFormatter\\.(ofPattern\\(Ljava/lang/String;\\)|ofLocalized).*",
            "java/text/(Date|Number)Format\\.get\\w*Instance\\(I*\\).*",
            "java/text/DecimalFormat\\.<init>\\((Ljava/lang/String;)?\\).*",
            "java/text/MessageFormat\\..*",
            "java/text/Collator\\.getInstance\\(\\).*",
            "java/util/Scanner\\.<init>.*",
            "java/util/Formatter\\.<init>\\(\\).*"));

    private static final Map<String, String> MAY_TAKE_DEFAULTS =
            Map.of("org/ermine/tee/shell/sealed/SealedStorageCommands", "shows a person the time where that person is");

    private static final Pattern TELLS_PEOPLE =
            Pattern.compile(".*\\.(getMessage|getLocalizedMessage|getReason)\\(\\)Ljava/lang/String;");

    private static final Pattern LOOKS_INTO_TEXT = Pattern.compile(
            "java/lang/String\\.(contains|startsWith|endsWith|matches|indexOf|regionMatches|equalsIgnoreCase)\\(.*"
                    + "|java/util/regex/Matcher\\.(find|matches)\\(.*");

    private static final Map<String, String> MAY_LOOK_INTO_TEXT = Map.of(
            "org/ermine/tee/permissions/impl/RuleParser", "looks into rules",
            "org/ermine/tee/permissions/impl/SignedJar", "looks into names of entries",
            "org/ermine/tee/launcher/impl/KeptBundles", "compares what it wrote itself",
            "org/ermine/tee/shell/runtime/RecordCommand", "looks into an operand");

    private static Map<String, Set<String>> deployed;

    @BeforeAll
    static void readClasses() throws IOException {
        deployed = new TreeMap<>();
        DeployedClass.all().forEach((name, each) -> deployed.put(name, each.methods()));
    }

    @Test
    void givenWhatIsDeployedThenNothingIsLeftToTheDefaultsOfTheProcess() {
        Map<String, Set<String>> found = new TreeMap<>();
        deployed.forEach((name, called) -> found.put(name, matching(DEFAULTS, called)));
        found.values().removeIf(Set::isEmpty);

        assertEquals(MAY_TAKE_DEFAULTS.keySet(), found.keySet(), found::toString);
    }

    @Test
    void givenWhatIsDeployedThenNoClassDecidesByATextForPeople() {
        Set<String> found = new TreeSet<>();
        deployed.forEach((name, called) -> {
            if (!matching(TELLS_PEOPLE, called).isEmpty()
                    && !matching(LOOKS_INTO_TEXT, called).isEmpty()) {
                found.add(name);
            }
        });

        assertEquals(new TreeSet<>(MAY_LOOK_INTO_TEXT.keySet()), found);
    }

    /** Does what nothing deployed may do. */
    private static final class Careless {

        private Careless() {}

        static int errno(IOException failure) {
            String text = failure.getMessage().toLowerCase();
            return text.contains("no space left on device") ? 28 : 5;
        }
    }

    @Test
    void givenAClassThatDoesSuchThingsThenItIsFound() throws IOException {
        Set<String> called;
        try (InputStream classFile = LocaleIT.class.getResourceAsStream("LocaleIT$Careless.class")) {
            called = CalledMethods.read(classFile).all();
        }

        assertEquals(28, Careless.errno(new IOException("No space left on device")));
        assertEquals(Set.of("java/lang/String.toLowerCase()Ljava/lang/String;"), matching(DEFAULTS, called));
        assertEquals(1, matching(TELLS_PEOPLE, called).size());
        assertEquals(1, matching(LOOKS_INTO_TEXT, called).size());
    }

    private static Set<String> matching(Pattern pattern, Set<String> called) {
        Set<String> matching = new TreeSet<>(called);
        matching.removeIf(method -> !pattern.matcher(method).matches());
        return matching;
    }
}
