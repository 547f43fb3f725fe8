// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.permissions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.ermine.tee.core.permissions.Refusals.Telling;
import org.ermine.tee.runtime.PermissionsDTO;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RefusalsTest {

    @Test
    void refusalsAreBounded() {
        Refusals refusals = new Refusals();
        for (int id = 0; id < 3 * Refusals.MAX; id++) {
            refusals.add(id, "bundle", "devices", "tee0", "no");
        }
        PermissionsDTO dto = new PermissionsDTO();
        refusals.describe(dto);
        assertEquals(3 * Refusals.MAX, dto.refused);
        assertEquals(Refusals.MAX, dto.refusals.length);
        assertEquals(3 * Refusals.MAX - 1, dto.refusals[Refusals.MAX - 1].bundleId, "the latest stays");
    }

    @Test
    void theLogTellsOfABundleOnceForAnOptionUntilPermissionsChange() {
        Refusals refusals = new Refusals();
        assertEquals(Telling.FIRST, refusals.add(1, "a", "devices", "tee0", "no"));
        assertEquals(Telling.NOTHING, refusals.add(1, "a", "devices", "tee1", "no"));
        assertEquals(Telling.FIRST, refusals.add(1, "a", "services", "5", "no"), "another cause");
        assertEquals(Telling.FIRST, refusals.add(2, "b", "devices", "tee0", "no"));
        refusals.tellAgain();
        assertEquals(Telling.FIRST, refusals.add(1, "a", "devices", "tee0", "no"));
    }

    @Test
    @DisplayName(
            "ERM-24: given more bundles that are refused again and again than are kept, then the log tells of none "
                    + "twice")
    void theLogTellsOfNoBundleTwiceHoweverManyThereAre() {
        Refusals refusals = new Refusals();
        List<Telling> told = IntStream.range(0, 10 * Refusals.MAX)
                .mapToObj(i -> refusals.add(i % (2 * Refusals.MAX), "bundle", "devices", "tee0", "no"))
                .filter(telling -> telling != Telling.NOTHING)
                .toList();
        assertEquals(Refusals.MAX, told.size());
        assertEquals(Telling.LAST, told.get(Refusals.MAX - 1), "that there are more is told");
        assertEquals(1, told.stream().filter(Telling.LAST::equals).count());
    }
}
