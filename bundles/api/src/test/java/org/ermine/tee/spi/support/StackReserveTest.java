// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether the reserve is there, in JVMs whose code is made in different ways. */
class StackReserveTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:+TieredCompilation",
                "-Xint",
                "-Xcomp",
                "-XX:TieredStopAtLevel=1",
                "-XX:TieredStopAtLevel=3",
                "-XX:-TieredCompilation",
                "-XX:CompileCommand=dontinline,org.ermine.tee.spi.support.StackReserve::require"
            })
    @DisplayName(
            "ERM-29: given code that requires the reserve at any depth, when it may go on, then the stack has room "
                    + "for it")
    void reserveIsThere(String option) throws IOException, InterruptedException {
        Process jvm = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        option,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Recursion.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(jvm.getInputStream().readAllBytes());

            assertTrue(jvm.waitFor(60, TimeUnit.SECONDS), "the JVM ended");
            assertEquals(0, jvm.exitValue(), output);
        } finally {
            jvm.destroyForcibly();
        }
    }

    /**
     * Requires the reserve at each depth of a small stack, and uses it up then: by a method with many arguments, which
     * stand on the stack whoever made the code: one of its frames takes about 1.1 KiB, and looks for as much again
     * where it is compiled. At its end it requires the reserve again, as foreign code would, but at no depth where that
     * could fail.
     */
    static final class Recursion {

        private static final int FRAMES = 17;
        private static final int SMALL_STACK = 256 << 10;
        private static final int WARM_UP = 30_000;

        /** Whether foreign code is to require the reserve now, as there is stack enough in any case. */
        private static volatile boolean again;

        private int refused;
        private int kept;
        private int broken;

        public static void main(String[] args) throws InterruptedException {
            Recursion recursion = new Recursion();
            Thread thread = new Thread(null, recursion::toTheEnd, "small", SMALL_STACK);
            thread.start();
            thread.join();
            System.out.printf("refused %d, kept %d, broken %d%n", recursion.refused, recursion.kept, recursion.broken);
            System.exit(recursion.broken == 0 && recursion.kept > 0 && recursion.refused > 0 ? 0 : 1);
        }

        private void toTheEnd() {
            for (int i = 0; i < WARM_UP; i++) {
                again = i % 2 == 0;
                requireAndUse();
            }
            again = false;
            int failedInARow = 0;
            for (int depth = 0; failedInARow < 400; depth++) {
                failedInARow = reaches(depth) ? 0 : failedInARow + 1;
            }
        }

        private boolean reaches(int depth) {
            try {
                recurse(depth);
                return true;
            } catch (StackOverflowError e) {
                refused++;
                return false;
            }
        }

        private void recurse(int depth) {
            if (depth == 0) {
                requireAndUse();
            } else {
                recurse(depth - 1);
            }
        }

        private void requireAndUse() {
            StackReserve.require();
            try {
                kept += use();
            } catch (StackOverflowError e) {
                broken++;
            }
        }

        private static long end() {
            if (again) {
                StackReserve.require();
            }
            return 1;
        }

        /** @return 1 */
        private static int use() {
            return (int) descend(
                    FRAMES, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        }

        private static long descend(
                int frames,
                long a0,
                long a1,
                long a2,
                long a3,
                long a4,
                long a5,
                long a6,
                long a7,
                long a8,
                long a9,
                long a10,
                long a11,
                long a12,
                long a13,
                long a14,
                long a15,
                long a16,
                long a17,
                long a18,
                long a19,
                long a20,
                long a21,
                long a22,
                long a23,
                long a24,
                long a25,
                long a26,
                long a27,
                long a28,
                long a29,
                long a30,
                long a31,
                long a32,
                long a33,
                long a34,
                long a35,
                long a36,
                long a37,
                long a38,
                long a39,
                long a40,
                long a41,
                long a42,
                long a43,
                long a44,
                long a45,
                long a46,
                long a47,
                long a48,
                long a49,
                long a50,
                long a51,
                long a52,
                long a53,
                long a54,
                long a55,
                long a56,
                long a57,
                long a58,
                long a59) {
            return frames <= 1
                    ? end()
                    : descend(
                                    frames - 1,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0)
                            + a0;
        }
    }
}
