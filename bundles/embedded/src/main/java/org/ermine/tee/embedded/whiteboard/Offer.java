// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.whiteboard;

/**
 * A known service: in use, or with the reason why it is not. Immutable; replaced as a whole.
 *
 * @param properties null if it cannot be used whatever is permitted
 * @param use null if it is not in use
 * @param failure why; null if it is in use
 */
public record Offer<S, P, U>(OfferedService<S> service, P properties, U use, String failure) {

    boolean isInUse() {
        return failure == null;
    }

    /** Whether it would be used if its bundle were permitted to offer it. */
    boolean isRefused() {
        return failure != null && properties != null;
    }
}
