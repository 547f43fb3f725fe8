// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.drawers;

/**
 * A set of names of its own: objects in two drawers may have the same name. The store knows no drawers, but keys: a drawer is what all
 * keys of its objects begin with.
 *
 * @param name without control characters
 */
public record Drawer(String name) {

    /** What is shared by all whom nobody keeps out. What was sealed before there were drawers is in it. */
    public static final Drawer COMMON = new Drawer("common");

    /** Is in no name, and before every character that is. */
    private static final char SEPARATOR = 0;

    /** The key of an object in this drawer. Empty names give what is before the key of each. */
    public String key(String object) {
        return name + SEPARATOR + object;
    }

    public boolean holds(String key) {
        return key.startsWith(key(""));
    }

    public static Drawer ofKey(String key) {
        return new Drawer(key.substring(0, key.indexOf(SEPARATOR)));
    }

    /** The name of an object in its drawer. */
    public static String objectOf(String key) {
        return key.substring(key.indexOf(SEPARATOR) + 1);
    }
}
