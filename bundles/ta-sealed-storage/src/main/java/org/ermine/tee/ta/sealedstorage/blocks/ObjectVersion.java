// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.blocks;

import java.security.SecureRandom;
import java.util.UUID;

/**
 * Names one version of an object.
 *
 * @param objectId 128 random bits, kept when the object is replaced
 * @param generation part of the names of the version's files; of a version that is gone, it may be another's
 * @param salt 128 random bits, new for each attempt to write a version
 */
public record ObjectVersion(UUID objectId, long generation, UUID salt) {

    private static final UUID NONE = new UUID(0, 0);

    public static ObjectVersion first(long generation, SecureRandom random) {
        return new ObjectVersion(randomId(random), generation, randomId(random));
    }

    /** A version of the same object. */
    public ObjectVersion successor(long generation, SecureRandom random) {
        return new ObjectVersion(objectId, generation, randomId(random));
    }

    /** The same, in the files of another generation, before anything of it is written. */
    public ObjectVersion in(long otherGeneration) {
        return new ObjectVersion(objectId, otherGeneration, salt);
    }

    /** A version of a file of the index, which is no object. */
    public static ObjectVersion ofIndex(long generation, SecureRandom random) {
        return ofIndex(generation, randomId(random));
    }

    /** The one with that salt. */
    public static ObjectVersion ofIndex(long generation, UUID salt) {
        return new ObjectVersion(NONE, generation, salt);
    }

    private static UUID randomId(SecureRandom random) {
        return new UUID(random.nextLong(), random.nextLong());
    }
}
