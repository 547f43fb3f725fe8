// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ermine.tee.itests.fuzz.Mutants.Mutant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * That targets find the mutants is proven by the script run; here, that there is something to be found, and by each
 * target.
 */
class MutantsTest {

    private static final Path MODULE = Path.of("").toAbsolutePath();

    @TempDir
    Path output;

    static List<Mutant> mutants() {
        return Mutants.ALL;
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void givenTheProductionSourceThenEachMutantChangesItInOnePlaceAndCompiles(Mutant mutant) throws IOException {
        Mutants.compile(mutant, MODULE.resolve("../../bundles"), output);
        try (Stream<Path> classes = Files.walk(output)) {
            assertTrue(classes.anyMatch(file -> file.toString().endsWith(".class")), "classes of " + mutant.name());
        }
    }

    @Test
    void everyTargetHasAMutantAndACorpus() throws IOException {
        Path tests = MODULE.resolve("src/test/java/org/ermine/tee");
        Set<String> targets = new TreeSet<>();
        try (Stream<Path> files = Files.walk(tests)) {
            files.map(file -> tests.relativize(file).toString())
                    .filter(file -> file.endsWith("FuzzTest.java"))
                    .map(file -> file.replace(".java", "").replace('/', '.'))
                    .forEach(targets::add);
        }
        assertEquals(targets, Mutants.ALL.stream().map(Mutant::target).collect(Collectors.toCollection(TreeSet::new)));
        for (String target : targets) {
            Path corpus =
                    MODULE.resolve("src/test/resources/org/ermine/tee").resolve(target.replace('.', '/') + "Inputs");
            assertTrue(Files.isDirectory(corpus), corpus + " is the corpus of " + target);
        }
    }
}
