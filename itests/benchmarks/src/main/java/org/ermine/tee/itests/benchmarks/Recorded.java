// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ermine.tee.itests.benchmarks.turns.Finding;

/**
 * What ratios were when they were recorded.
 *
 * @param machine on what
 * @param ratios by the name of their case
 */
record Recorded(String machine, Map<String, Ratio> ratios) {

    /**
     * A ratio.
     *
     * @param date when it was taken
     * @param jvms how many JVMs counted; with none it is not known, and the note says why
     * @param ratio the median of the JVMs
     * @param least of the JVMs
     * @param most of the JVMs
     * @param nanos of one operation of the subject: the median; 0 where no time was taken
     * @param note what else one of the JVMs had to tell; may be empty
     */
    record Ratio(String date, int jvms, double ratio, double least, double most, double nanos, String note) {

        private static final int DIGITS = 4;

        /** From what the JVMs found. */
        static Ratio of(String date, List<Finding> findings) {
            Comparison ratios = Comparison.of(findings);
            List<Finding> counting = findings.stream().filter(Finding::counts).toList();
            if (ratios == null) {
                return new Ratio(date, 0, 0, 0, 0, 0, findings.get(0).note());
            }
            double nanos = Comparison.median(
                    counting.stream().map(Finding::subjectNanos).sorted().toList());
            return new Ratio(
                    date,
                    counting.size(),
                    round(ratios.median()),
                    round(ratios.least()),
                    round(ratios.most()),
                    round(nanos),
                    counting.get(0).note());
        }

        private static double round(double value) {
            return new BigDecimal(value).round(new MathContext(DIGITS)).doubleValue();
        }
    }

    Recorded {
        ratios = new TreeMap<>(ratios);
    }

    /** Whether there is a ratio of this case. */
    boolean knows(String id) {
        return ratios.containsKey(id) && ratios.get(id).jvms() > 0;
    }

    static Recorded read(Path file) throws IOException {
        return new ObjectMapper().readValue(file.toFile(), Recorded.class);
    }

    void write(Path file) throws IOException {
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), this);
    }

    /** With these instead of what there was of the same cases; but what is not known now leaves what was known. */
    Recorded with(Map<String, Ratio> newer) {
        Map<String, Ratio> merged = new TreeMap<>(ratios);
        newer.forEach((id, ratio) -> {
            if (ratio.jvms() > 0 || !merged.containsKey(id)) {
                merged.put(id, ratio);
            }
        });
        return new Recorded(machine, merged);
    }
}
