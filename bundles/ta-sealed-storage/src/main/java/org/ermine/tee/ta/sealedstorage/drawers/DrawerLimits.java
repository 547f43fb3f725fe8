// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.drawers;

import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * Who may use which drawers, and how much may be in each.
 *
 * @param maxObjects the most objects of a drawer
 * @param maxBytes the most bytes of a drawer's objects, with what is kept beside their contents
 */
public record DrawerLimits(DrawerRules rules, long maxObjects, long maxBytes) {

    /** Less than half of what a store holds: so two drawers do not fill it. */
    public static final int USUAL_OBJECTS = 120_000;

    public static final long USUAL_MIB = 65_536;

    public static final DrawerLimits USUAL =
            new DrawerLimits(DrawerRules.parse(DrawerRules.BY_DEFAULT), USUAL_OBJECTS, USUAL_MIB << 20);

    /** The same without any rule: each client has its own drawer, and no other. */
    public DrawerLimits withoutShared() {
        return new DrawerLimits(DrawerRules.NONE, maxObjects, maxBytes);
    }

    /**
     * Lets a drawer grow, or refuses. What does not grow is never refused: it may be more than it may be since the
     * limits were others, or since there were none.
     */
    public void requireRoom(Drawer drawer, Usage before, Usage after) throws TeeException {
        if (after.objects() > Math.max(before.objects(), maxObjects)) {
            throw full(drawer, before.objects() + " objects", maxObjects + " (maxObjectsPerDrawer)");
        }
        if (after.bytes() > Math.max(before.bytes(), maxBytes)) {
            throw full(
                    drawer,
                    before.bytes() + " bytes, and would have " + after.bytes(),
                    maxBytes + " (maxPerDrawerMiB)");
        }
    }

    private static TeeException full(Drawer drawer, String present, String most) {
        return new TeeException(
                TeeResult.of(SealedStorageProtocol.ERROR_DRAWER_FULL),
                "drawer '" + drawer.name() + "' has " + present + "; it may have " + most);
    }
}
