// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.concurrency;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each build looks whether the defects can still be put into the sources; whether they are found takes long and is
 * asked apart.
 */
class MutantsTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource("org.ermine.tee.itests.concurrency.MutantsIT#mutants")
    void aMutantFollowsTheSource(Mutant mutant) throws IOException {
        mutant.requireText(Path.of("..", "..", "bundles"));
    }
}
