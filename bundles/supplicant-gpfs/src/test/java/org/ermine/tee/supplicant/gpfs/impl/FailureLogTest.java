// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.supplicant.gpfs.disk.DiagnosedException;
import org.ermine.tee.supplicant.gpfs.disk.FileErrno;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FailureLogTest {

    private static final IOException FULL = new DiagnosedException(FileErrno.ENOSPC, "/data: the disk is full", null);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
    private final List<String> lines = new ArrayList<>();
    private final FailureLog log = new FailureLog(new RepeatLog(lines::add, FailureLog.QUIET, now::get));

    @Test
    @DisplayName(
            "ERM-24: given a TEE that fails again and again then one failure of a kind is told in one line, with how "
                    + "many came"
                    + " since, if any did")
    void oneOfAKind() {
        log.failed(3, FileErrno.ENOSPC, FULL);
        for (int i = 0; i < 1_000_000; i++) {
            log.failed(3, FileErrno.ENOSPC, FULL);
        }
        log.failed(4, FileErrno.EIO, new IOException("/data: the disk is broken"));
        now.addAndGet(FailureLog.QUIET.toNanos() - 1);
        log.failed(3, FileErrno.ENOSPC, FULL);
        assertEquals(
                List.of(
                        "command 3 failed with error 28: /data: the disk is full",
                        "command 4 failed with error 5: /data: the disk is broken"),
                lines);
        lines.clear();
        now.addAndGet(1);
        log.failed(5, FileErrno.ENOSPC, FULL);
        assertEquals(
                List.of("command 3 failed with error 28: /data: the disk is full (and 1000001 more of the kind since "
                        + "this"
                        + " was told last)"),
                lines);
        log.end();
        assertEquals(2, lines.size(), lines::toString);
        log.end();
        assertEquals(2, lines.size(), lines::toString);
    }

    @Test
    void givenAFailureThatIsNoOperatorsThenNothingIsTold() {
        log.failed(3, FileErrno.ENOENT, new NoSuchFileException("/data/x"));
        assertEquals(List.of(), lines);
    }
}
