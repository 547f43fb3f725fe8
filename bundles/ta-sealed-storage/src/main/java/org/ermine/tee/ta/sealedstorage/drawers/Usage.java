// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.drawers;

/**
 * What is in a drawer.
 *
 * @param bytes of the objects' contents, and of what is kept beside them
 */
public record Usage(long objects, long bytes) {

    public static final Usage NONE = new Usage(0, 0);

    public Usage plus(long moreObjects, long moreBytes) {
        return new Usage(objects + moreObjects, bytes + moreBytes);
    }
}
