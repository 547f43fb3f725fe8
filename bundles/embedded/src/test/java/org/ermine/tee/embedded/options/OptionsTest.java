// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.annotation.Annotation;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

    private static final String PID = "org.example";
    private static final Values DEFAULTS = new Values(4, 30, "5.2", null);

    private final List<String> refusals = new ArrayList<>();

    @TempDir
    Path folder;

    @interface Configuration {

        int workers() default 4;

        long waitMillis() default 30;

        String version() default "5.2";

        String directory() default "";
    }

    private record Values(int workers, long waitMillis, String version, Path directory) {

        static Values read(OptionReader<Configuration> reader) {
            return new Values(
                    reader.integer(Configuration::workers),
                    reader.number(Configuration::waitMillis),
                    reader.value(Configuration::version, Values::version),
                    reader.directory(Configuration::directory));
        }

        private static String version(String text) {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("a version has two parts");
            }
            return text;
        }
    }

    static List<Object> numbersThatAreNone() {
        return List.of(
                4294967297L,
                new long[] {4294967297L, 3},
                List.of(4294967297L),
                new int[0],
                List.of(),
                -4294967295L,
                3.5,
                3.5f,
                1e30,
                Double.NaN,
                Float.POSITIVE_INFINITY);
    }

    @ParameterizedTest
    @MethodSource("numbersThatAreNone")
    @DisplayName("ERM-18: given a number of another type that an option cannot hold, then it is refused, whatever is"
            + " left of it")
    void aNumberThatDoesNotFitIsRefused(Object configured) {
        Options<Configuration, Values> options = start(Configured.with("workers", 1), Map.of("workers", configured));

        assertEquals(DEFAULTS, options.inForce(), "the default is in force");
        assertEquals(1, refusals.size());
        assertTrue(refusals.get(0).startsWith("option workers of org.example is "), refusals::toString);
        assertTrue(
                refusals.get(0).endsWith(", not a whole number from 1 to 8; its default is in force"),
                refusals::toString);

        options.change(Configured.with("workers", 2), Map.of("workers", 2));
        assertFalse(options.change(Configured.with("workers", 1), Map.of("workers", configured)));
        assertEquals(2, options.inForce().workers(), "what was in force stays in force");
        assertEquals(2, refusals.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "3.0"})
    void aNumberOfAnotherTypeThatFitsIsTaken(String number) {
        Options<Configuration, Values> options =
                start(Configured.with("workers", 3), Map.of("workers", new BigDecimal(number), "waitMillis", 30L));

        assertEquals(3, options.inForce().workers());
        assertEquals(List.of(), refusals);
    }

    /** Options as Declarative Services give them: one that cannot be converted throws when it is asked for. */
    private record Configured(Map<String, Supplier<?>> set) implements Configuration {

        static Configured with(String option, Object value) {
            return new Configured(Map.of(option, () -> value));
        }

        private <T> T get(String option, T otherwise) {
            @SuppressWarnings("unchecked")
            T value = (T) set.getOrDefault(option, () -> otherwise).get();
            return value;
        }

        @Override
        public int workers() {
            return get("workers", 4);
        }

        @Override
        public long waitMillis() {
            return get("waitMillis", 30L);
        }

        @Override
        public String version() {
            return get("version", "5.2");
        }

        @Override
        public String directory() {
            return get("directory", "");
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return Configuration.class;
        }
    }

    private Options<Configuration, Values> start(Configuration configured) {
        return start(configured, Map.of());
    }

    private Options<Configuration, Values> start(Configuration configured, Map<String, ?> properties) {
        return new Options<>(PID, Configuration.class, configured, properties, Values::read, refusals::add);
    }

    private Options<Configuration, Values> start() {
        return start(new Configured(Map.of()));
    }

    @Test
    void whatIsRightIsInForce() {
        Options<Configuration, Values> options = start(Configured.with("workers", 8));

        assertEquals(new Values(8, 30, "5.2", null), options.inForce());
        assertEquals(List.of(), refusals);
    }

    @Test
    void givenOptionsOutOfRangeAtTheStartThenOnlyTheyHaveTheirDefaults() {
        Options<Configuration, Values> options =
                start(new Configured(Map.of("workers", () -> 9, "waitMillis", () -> 100L, "version", () -> "")));

        assertEquals(new Values(4, 100, "5.2", null), options.inForce());
        assertEquals(
                List.of(
                        "option workers of org.example is 9, not 1 to 8; its default is in force",
                        "option version of org.example is refused: a version has two parts; its default is in force"),
                refusals);
    }

    @Test
    void givenATextForANumberThenItIsRefusedByNameAndRange() {
        Options<Configuration, Values> options =
                start(new Configured(Map.of("workers", () -> Integer.valueOf("lots"))));

        assertEquals(DEFAULTS, options.inForce());
        assertEquals(
                List.of("option workers of org.example is no number from 1 to 8: For input string: \"lots\"; its"
                        + " default is"
                        + " in force"),
                refusals);
    }

    @Test
    void givenATextWithoutAValueThenItIsRefusedByName() {
        Configured without = new Configured(Map.of("version", () -> null));

        Options<Configuration, Values> options = start(without);
        assertFalse(options.change(without, Map.of()));

        assertEquals(DEFAULTS, options.inForce());
        String told = "option version of org.example is refused: it has no value; ";
        assertEquals(
                List.of(told + "its default is in force", told + "what was in force before stays in force"), refusals);
    }

    @Test
    void givenADirectoryWithoutAValueWhenItStartsThenNoOtherStandsIn() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> start(new Configured(Map.of("directory", () -> null))));

        assertEquals("option directory of org.example has no value", refused.getMessage());
    }

    @Test
    void givenATextWithoutAValueThenWhatStandsInForAMistakeIsInForce() {
        Options<Configuration, Boolean> options = new Options<>(
                PID,
                Configuration.class,
                new Configured(Map.of("version", () -> null)),
                Map.of(),
                reader -> reader.flag(Configuration::version, true),
                refusals::add);

        assertTrue(options.inForce());
        assertEquals(List.of("option version of org.example is refused: it has no value; true is in force"), refusals);
    }

    @Test
    void aChangeMakesADifferenceOnlyIfItIsOne() {
        Options<Configuration, Values> options = start();

        assertFalse(options.change(Configured.with("workers", 4), Map.of()));
        assertTrue(options.change(Configured.with("workers", 5), Map.of()));
        assertEquals(new Values(5, 30, "5.2", null), options.inForce());
    }

    @Test
    void aChangeThatMakesNoDifferenceLeavesWhatIsInForceAsItIs() {
        Options<Configuration, Values> options = start();
        Values before = options.inForce();

        options.change(Configured.with("workers", 4), Map.of());

        assertSame(before, options.inForce());
    }

    @Test
    void aChangeWithSomethingWrongInItIsRefusedAsAWhole() {
        Options<Configuration, Values> options = start(Configured.with("workers", 5));

        assertFalse(options.change(new Configured(Map.of("workers", () -> 6, "waitMillis", () -> -1L)), Map.of()));

        assertEquals(new Values(5, 30, "5.2", null), options.inForce());
        assertEquals(
                List.of("option waitMillis of org.example is -1, not 0 to 100; what was in force before stays in"
                        + " force"),
                refusals);
    }

    @Test
    void aDirectoryIsAbsoluteAndNeedNotBeThere() {
        Path directory = folder.resolve("not/there");

        assertEquals(
                directory,
                start(Configured.with("directory", directory.toString()))
                        .inForce()
                        .directory());
    }

    @Test
    void givenADirectoryThatCannotBeMadeWhenItStartsThenNoOtherStandsIn() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        for (String directory : List.of(file.toString(), file.resolve("below").toString(), "\0")) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> start(Configured.with("directory", directory)));
            assertTrue(refused.getMessage().startsWith("option directory of org.example is "), refused.getMessage());
        }
    }

    @Test
    void givenADirectoryThatCannotBeMadeWhenOptionsChangeThenTheFormerOneStays() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        Options<Configuration, Values> options = start(Configured.with("directory", folder.toString()));

        assertFalse(options.change(Configured.with("directory", file.toString()), Map.of()));

        assertEquals(folder, options.inForce().directory());
        assertEquals(1, refusals.size());
    }

    @Test
    void givenNothingButDefaultsThenTheDescriptionIsNotNeeded() {
        Options<Undescribed, Integer> options = new Options<>(
                PID,
                Undescribed.class,
                new Few(4),
                Map.of(),
                reader -> reader.integer(Undescribed::few),
                refusals::add);

        assertEquals(4, options.inForce());
        IllegalStateException missing =
                assertThrows(IllegalStateException.class, () -> options.change(new Few(5), Map.of()));
        assertTrue(missing.getMessage().contains("Undescribed"), missing.getMessage());
    }

    @Test
    void givenADescriptionThenTheRangesOfItsNumbersAreReadAndNoOthers() {
        assertEquals(
                Map.of("workers", new OptionRange(1, 8), "waitMillis", new OptionRange(0, 100)),
                new OptionRanges(Configuration.class).all());
    }

    @Test
    void givenANumberWithoutARangeThenItIsNamed() {
        IllegalStateException missing =
                assertThrows(IllegalStateException.class, () -> new OptionRanges(Configuration.class).of("endless"));

        assertTrue(missing.getMessage().contains("option endless"), missing.getMessage());
    }

    @interface Undescribed {
        int few() default 4;
    }

    private record Few(int few) implements Undescribed {

        @Override
        public Class<? extends Annotation> annotationType() {
            return Undescribed.class;
        }
    }
}
