// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.sealed;

/** Numbers of objects in words. */
final class Count {

    private Count() {}

    static String objects(long count) {
        return count == 1 ? "1 object" : count + " objects";
    }
}
