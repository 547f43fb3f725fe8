// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Error numbers, by the tables of Linux: {@code errno-base.h}, {@code errno.h} and, for 524, the kernel's own. */
class ErrnoTest {

    @ParameterizedTest
    @CsvSource({
        "EINTR, 4",
        "EBADF, 9",
        "ENOMEM, 12",
        "EACCES, 13",
        "EFAULT, 14",
        "EBUSY, 16",
        "ENODEV, 19",
        "EINVAL, 22",
        "ENOSPC, 28",
        "ETIMEDOUT, 110",
        "ENOTSUPP, 524"
    })
    void givenANameThenItsNumberIsThatOfLinux(Errno errno, int number) {
        assertEquals(number, errno.number());
        assertEquals(Optional.of(errno), Errno.of(number));
    }

    @Test
    void givenTheTableAboveThenNoNumberIsLeftOut() {
        assertEquals(11, Errno.values().length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -22, 523, 525, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void givenANumberThatIsNoneThenNothingIsFound(int number) {
        assertEquals(Optional.empty(), Errno.of(number));
    }

    /** The driver in Linux answers QTEE so where a callback object fails with the errno. */
    @ParameterizedTest
    @CsvSource({"ENOMEM, -97", "ENODEV, -90", "EBUSY, -99", "EBADF, -96"})
    void givenAnErrnoThatLinuxTellsTheTeeThenItsResultIsTheSame(Errno errno, int result) {
        assertEquals(result, errno.result().code());
    }

    @ParameterizedTest
    @EnumSource(Errno.class)
    void givenAnErrnoThenItsResultIsAFailureWithAName(Errno errno) {
        assertNotEquals(0, errno.result().code());
        assertEquals(errno.result(), TeeResult.of(errno.result().code()));
    }
}
