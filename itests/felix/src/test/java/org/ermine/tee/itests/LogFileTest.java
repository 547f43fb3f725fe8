// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.slf4j.Logger;

/** The log file of the distribution. */
public class LogFileTest {

    private static final int LINE = 10_000;
    private static final long WRITTEN = 160L << 20;
    /** Six files of 10 MB, and what is written between two looks at the size. */
    private static final long MOST = 100L << 20;

    @Rule
    public final TemporaryFolder home = new TemporaryFolder();

    @Test
    public void whoeverFloodsTheLogDoesNotFillTheDisk() throws Exception {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.putProperty("ermine.home", home.getRoot().getPath());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Path.of(System.getProperty("basedir"), "../../runtime/src/main/dist/conf/logback.xml")
                .toFile());
        Logger logger = context.getLogger("flood");
        String line = "x".repeat(LINE);
        for (long written = 0; written < WRITTEN; written += LINE) {
            logger.info(line);
        }
        logger.info("the last line");
        context.stop();

        List<Path> files = logFiles();
        assertTrue(files.toString(), files.size() > 1 && files.size() <= 6);
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        assertTrue(bytes + " bytes", bytes <= MOST);
        assertTrue(Files.readString(home.getRoot().toPath().resolve("log/ermine.log"))
                .contains("the last line"));
    }

    private List<Path> logFiles() throws IOException {
        try (Stream<Path> files = Files.list(home.getRoot().toPath().resolve("log"))) {
            return files.collect(Collectors.toList());
        }
    }
}
