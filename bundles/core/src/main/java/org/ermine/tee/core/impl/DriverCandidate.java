// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.spi.TeeDriver;
import org.osgi.framework.Constants;

/**
 * A driver service and its properties. Immutable. The natural order is that of preference: as in the service registry,
 * the highest ranking comes first, then the oldest service.
 *
 * @param name of the device; null if the service has none
 */
record DriverCandidate(TeeDriver driver, String name, long serviceId, int ranking, boolean development, String bundle)
        implements Comparable<DriverCandidate> {

    private static final Comparator<DriverCandidate> PREFERENCE =
            Comparator.comparing(DriverCandidate::ranking).reversed().thenComparing(DriverCandidate::serviceId);

    static DriverCandidate of(TeeDriver driver, Map<String, Object> properties, String bundle) {
        return new DriverCandidate(
                driver,
                properties.get(TeeDevice.DEVICE_NAME) instanceof String name && !name.isBlank() ? name : null,
                (Long) properties.get(Constants.SERVICE_ID),
                properties.get(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0,
                Boolean.TRUE.equals(properties.get(TeeDevice.DEVELOPMENT)),
                bundle);
    }

    /**
     * Whether both describe one service with the same properties. The driver is not asked, since it is foreign code.
     */
    boolean isSameAs(DriverCandidate other) {
        return serviceId == other.serviceId
                && ranking == other.ranking
                && development == other.development
                && Objects.equals(name, other.name);
    }

    FailedHandlerDTO failed(String reason) {
        FailedHandlerDTO dto = new FailedHandlerDTO();
        dto.kind = "driver";
        dto.name = name;
        dto.bundle = bundle;
        dto.serviceId = serviceId;
        dto.reason = reason;
        return dto;
    }

    @Override
    public int compareTo(DriverCandidate other) {
        return PREFERENCE.compare(this, other);
    }

    /** For example {@code driver of org.ermine.tee.qcomtee 1.0.0 [9] (service 42)}. */
    @Override
    public String toString() {
        return "driver of " + bundle + " (service " + serviceId + ")";
    }
}
