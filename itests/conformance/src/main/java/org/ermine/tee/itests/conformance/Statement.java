// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

/**
 * A numbered statement about what Ermine does.
 *
 * @param id such as {@code REQ-7}
 * @param notApplicable why it has no counterpart here, or null if it has to be proven
 */
record Statement(String id, String text, String notApplicable) {

    boolean isApplicable() {
        return notApplicable == null;
    }
}
