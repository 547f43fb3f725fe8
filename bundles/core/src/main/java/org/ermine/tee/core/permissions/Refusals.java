// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.permissions;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.ermine.tee.runtime.PermissionsDTO;
import org.ermine.tee.runtime.RefusalDTO;

/** What was refused to whom, bounded. Thread safe: its monitor guards all of it. */
final class Refusals {

    static final int MAX = 256;

    private record Key(long bundleId, String option) {}

    /** The latest last. */
    private final Map<Key, RefusalDTO> latest = new LinkedHashMap<>();
    /** Ids of the bundles that the log tells of already. */
    private final Set<Long> told = new HashSet<>();

    private long total;

    /**
     * Counts a refusal.
     *
     * @return whether it is the first of the bundle, as far as is known
     */
    synchronized boolean add(long bundleId, String bundle, String option, String name, String reason) {
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
        if (told.size() > MAX) {
            told.clear();
        }
        return told.add(bundleId);
    }

    /** Permissions changed: the log tells of every bundle again. */
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
