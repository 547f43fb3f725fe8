// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.permissions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.ermine.tee.core.permissions.Refusals.Telling;
import org.ermine.tee.runtime.RefusalDTO;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RefusalsTest {

    @Test
    void refusalsAreBounded() {
        Refusals refusals = new Refusals();
        for (int id = 0; id < 3 * Refusals.MAX; id++) {
            refusals.add(id, "bundle", "devices", "tee0", "no");
        }
        assertEquals(3 * Refusals.MAX, refusals.total());
        assertEquals(Refusals.MAX, refusals.kept().size());
        assertEquals(3 * Refusals.MAX - 1, refusals.kept().get(Refusals.MAX - 1).get(0).bundleId, "the latest stays");
    }

    @Test
    @DisplayName("ERM-23: given a bundle that is refused ever other names, then the latest are kept, and all counted")
    void namesAreBounded() {
        Refusals refusals = new Refusals();
        for (int name = 0; name < 3 * Refusals.MAX_NAMES; name++) {
            refusals.add(1, "bundle", "services", Integer.toString(name), "no");
        }
        refusals.add(1, "bundle", "services", Integer.toString(3 * Refusals.MAX_NAMES - 2), "no");
        List<RefusalDTO> names = refusals.kept().get(0);
        assertEquals(Refusals.MAX_NAMES, names.size());
        assertEquals(
                List.of("22", "23", "21"),
                names.stream().limit(3).map(each -> each.name).toList());
        assertEquals(3 * Refusals.MAX_NAMES + 1, names.get(0).count);
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
