// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.util.Comparator;
import java.util.Map;
import org.ermine.tee.embedded.whiteboard.OfferedService;
import org.osgi.framework.Constants;

/**
 * What the properties of an offered service say. In natural order of preference: the highest ranking first, then the
 * oldest.
 *
 * @param key by which clients name it, unchecked; may be null
 * @param bundle the name of its owner
 */
record OfferProperties(Object key, int ranking, long serviceId, String bundle) implements Comparable<OfferProperties> {

    private static final Comparator<OfferProperties> PREFERENCE =
            Comparator.comparing(OfferProperties::ranking).reversed().thenComparing(OfferProperties::serviceId);

    static OfferProperties of(OfferedService<?> service, String key) {
        Map<String, Object> properties = service.properties();
        return new OfferProperties(
                properties.get(key),
                properties.get(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0,
                (Long) properties.get(Constants.SERVICE_ID),
                service.bundle());
    }

    @Override
    public int compareTo(OfferProperties other) {
        return PREFERENCE.compare(this, other);
    }

    /** For example {@code org.example.sum 1.0.0 [17] (service 42)}. */
    @Override
    public String toString() {
        return bundle + " (service " + serviceId + ")";
    }
}
