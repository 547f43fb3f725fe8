// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.remains;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Set;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.drawers.Drawer;

/**
 * Names of what is not confirmed, which need not be what the object of that name is: {@code NAME (not confirmed)}. A
 * long name is cut off before that, and a number tells apart what would have the same name otherwise.
 */
final class UnconfirmedName {

    private static final String MARK = "not confirmed";

    private UnconfirmedName() {}

    /**
     * A key in the same drawer.
     *
     * @param taken keys that are others'
     */
    static String of(String key, Set<String> taken) {
        String made = marked(key, " (" + MARK + ")");
        for (int number = 2; taken.contains(made); number++) {
            made = marked(key, " (" + MARK + ", " + number + ")");
        }
        return made;
    }

    private static String marked(String key, String mark) {
        String name = Drawer.objectOf(key);
        while (name.getBytes(UTF_8).length + mark.length() > SealedStorageProtocol.MAX_NAME_BYTES) {
            name = name.substring(0, name.offsetByCodePoints(name.length(), -1));
        }
        return Drawer.ofKey(key).key(name + mark);
    }
}
