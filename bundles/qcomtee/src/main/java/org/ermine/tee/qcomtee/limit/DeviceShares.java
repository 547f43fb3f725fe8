// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.limit;

import org.ermine.tee.embedded.limits.OwnerShares;

/**
 * What the owners of contexts have of a device.
 *
 * @param exported ids under which QTEE knows objects of the normal world
 * @param callbacks callback objects, those included whose release is not received yet
 * @param notifications releases of callback objects that are not received yet
 * @param messages bytes of large messages under way
 * @param abandoned bytes of message buffers that QTEE did not give back
 */
public record DeviceShares(
        OwnerShares exported,
        OwnerShares callbacks,
        OwnerShares notifications,
        OwnerShares messages,
        OwnerShares abandoned) {

    public static DeviceShares of(DeviceLimits limits) {
        return new DeviceShares(
                new OwnerShares("objects that QTEE holds", limits.ownerObjects(), option("ownerSharePercent")),
                new OwnerShares("callback objects", limits.ownerObjects(), option("ownerSharePercent")),
                new OwnerShares(
                        "release notifications that wait", limits.ownerNotifications(), option("ownerNotifications")),
                new OwnerShares(
                        "bytes of large messages under way", limits.ownerMessageBytes(), option("ownerMessageMiB")),
                new OwnerShares(
                        "bytes of message buffers that QTEE did not give back",
                        limits.abandonedBytes(),
                        option("abandonedKiB")));
    }

    private static String option(String name) {
        return name + " of " + QcomTeeConfiguration.PID;
    }
}
