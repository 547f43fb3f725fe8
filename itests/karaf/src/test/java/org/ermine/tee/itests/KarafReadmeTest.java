// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Test;

/** The commands that the documentation shows are those that {@link KarafIT} types. */
public class KarafReadmeTest {

    private static final Path ROOT = Path.of(System.getProperty("basedir"), "../..");

    @Test
    public void theReadmeInstallsWhatTheTestsInstall() throws IOException {
        assertShown("README.md", KarafCommands.ADD + "\n" + KarafCommands.INSTALL + "ermine\n");
    }

    @Test
    public void theFeaturesReadmeInstallsAndRemovesAsTheTestsDo() throws IOException {
        assertShown("features/README.md", KarafCommands.ADD + "\n" + KarafCommands.INSTALL + "ermine\ntee:info\n");
        assertShown("features/README.md", KarafCommands.UNINSTALL + "ermine\n");
    }

    private static void assertShown(String file, String commands) throws IOException {
        assertTrue(
                file + " does not show\n" + commands,
                Files.readString(ROOT.resolve(file)).contains("```karaf\n" + commands + "```\n"));
    }
}
