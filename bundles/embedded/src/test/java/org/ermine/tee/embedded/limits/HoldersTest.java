// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HoldersTest {

    @Test
    @DisplayName("ERM-23: given a few holders, then each is named with what it has, those who have most first")
    void few() {
        assertEquals("2 of b, 1 of a", Holders.counted(List.of("a", "b", "b")));
        assertEquals("", Holders.counted(List.of()));
    }

    @Test
    @DisplayName("ERM-23, ERM-24: given a thousand holders, then eight are named and the others counted")
    void many() {
        List<String> holders = new ArrayList<>();
        for (int i = 1000; i < 2000; i++) {
            holders.add("bundle " + i);
        }
        holders.add("bundle 1999");
        assertEquals(
                "2 of bundle 1999, 1 of bundle 1000, 1 of bundle 1001, 1 of bundle 1002, 1 of bundle 1003, 1 of"
                        + " bundle 1004,"
                        + " 1 of bundle 1005, 1 of bundle 1006, 992 of others",
                Holders.counted(holders));
    }
}
