// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.permissions;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.ermine.tee.runtime.PermissionsDTO;
import org.ermine.tee.runtime.RefusalDTO;

/**
 * Counts what was refused to which bundle, for a limited number of bundles and options. Thread safe: the monitor guards
 * all of it.
 */
final class Refusals {

    static final int MAX = 256;

    /** How a refusal is to be logged. */
    enum Telling {
        /** It is the first one of its bundle for that option. */
        FIRST,
        /** It is the first one of its bundle for that option, and no further ones are logged. */
        LAST,
        /** It is only counted. */
        NOTHING
    }

    private record Key(long bundleId, String option) {}

    /** The latest refusals, in the order of their times. */
    private final Map<Key, RefusalDTO> latest = new LinkedHashMap<>();
    /** What was logged already: no more than {@link #MAX} entries. */
    private final Set<Key> told = new HashSet<>();

    private long total;

    /** Counts a refusal. Each bundle is logged once for each option, until {@link #tellAgain}. */
    synchronized Telling add(long bundleId, String bundle, String option, String name, String reason) {
        total++;
        Key key = new Key(bundleId, option);
        RefusalDTO refusal = latest.remove(key);
        if (refusal == null) {
            refusal = new RefusalDTO();
        }
        refusal.bundle = bundle;
        refusal.bundleId = bundleId;
        refusal.option = option;
        refusal.name = name;
        refusal.reason = reason;
        refusal.count++;
        refusal.lastAt = System.currentTimeMillis();
        latest.put(key, refusal);
        if (latest.size() > MAX) {
            Key oldest = latest.keySet().iterator().next();
            latest.remove(oldest);
        }
        return telling(key);
    }

    private Telling telling(Key key) {
        if (told.size() == MAX || !told.add(key)) {
            return Telling.NOTHING;
        }
        return told.size() == MAX ? Telling.LAST : Telling.FIRST;
    }

    /** After a change of permissions every bundle is logged again. */
    synchronized void tellAgain() {
        told.clear();
    }

    synchronized void describe(PermissionsDTO dto) {
        dto.refused = total;
        dto.refusals = latest.values().stream().map(Refusals::copy).toArray(RefusalDTO[]::new);
    }

    private static RefusalDTO copy(RefusalDTO refusal) {
        RefusalDTO copy = new RefusalDTO();
        copy.bundle = refusal.bundle;
        copy.bundleId = refusal.bundleId;
        copy.option = refusal.option;
        copy.name = refusal.name;
        copy.reason = refusal.reason;
        copy.count = refusal.count;
        copy.lastAt = refusal.lastAt;
        return copy;
    }
}
