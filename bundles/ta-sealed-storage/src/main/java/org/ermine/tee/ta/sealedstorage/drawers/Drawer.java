// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.drawers;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.ermine.tee.trusted.TrustedClient;

/**
 * A set of names of its own: objects in two drawers may have the same name. The store knows no drawers, but keys: a
 * drawer is what all keys of its objects begin with. A client has one of its own; all others are shared.
 *
 * @param name 1 to {@value #MAX_NAME_BYTES} bytes of UTF-8 without control characters
 */
public record Drawer(String name) {

    /** What is shared by all whom nobody keeps out. What was sealed before there were drawers is in it. */
    public static final Drawer COMMON = new Drawer("common");

    public static final int MAX_NAME_BYTES = 255;

    /** Is in no name, and before every character that is. */
    private static final char SEPARATOR = 0;

    private static final String OF_BUNDLES = "bundle/";
    private static final String OF_UIDS = "uid/";

    /** @throws IllegalArgumentException if it is no name for a drawer */
    public Drawer {
        int size = name.getBytes(StandardCharsets.UTF_8).length;
        if (size == 0 || size > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("it has " + size + " bytes, not 1 to " + MAX_NAME_BYTES);
        }
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("it contains a control character");
        }
    }

    /**
     * The drawer of a client: by the name of its package, which for a bundle is its symbolic name and stays when it is
     * updated or installed again, or where it tells none by its uid. Empty where that makes no name.
     */
    static Optional<Drawer> of(TrustedClient client) {
        try {
            return Optional.of(new Drawer(
                    client.packageName().isEmpty() ? OF_UIDS + client.uid() : OF_BUNDLES + client.packageName()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * A drawer as clients name it.
     *
     * @throws IllegalArgumentException if it is no name, or one that is kept for other things than drawers of clients
     */
    static Drawer named(String name) {
        if (name.indexOf('/') >= 0 && !name.startsWith(OF_BUNDLES) && !name.startsWith(OF_UIDS)) {
            throw new IllegalArgumentException("it has a / and begins with neither " + OF_BUNDLES + " nor " + OF_UIDS);
        }
        return new Drawer(name);
    }

    /** The key of an object in this drawer. An empty name gives what is before all of them. */
    public String key(String object) {
        return name + SEPARATOR + object;
    }

    public boolean holds(String key) {
        return key.startsWith(key(""));
    }

    /** The drawer of a key of this class. */
    public static Drawer ofKey(String key) {
        return new Drawer(nameOf(key));
    }

    static String nameOf(String key) {
        return key.substring(0, Math.max(0, key.indexOf(SEPARATOR)));
    }

    /** The name of an object in its drawer. */
    public static String objectOf(String key) {
        return key.substring(key.indexOf(SEPARATOR) + 1);
    }
}
