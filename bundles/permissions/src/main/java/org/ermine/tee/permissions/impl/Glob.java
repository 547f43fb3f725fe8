// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.permissions.impl;

/**
 * A text in which {@code *} stands for any text. Immutable, equal by the text.
 *
 * @param pattern the text
 */
record Glob(String pattern) {

    boolean matches(String text) {
        int at = 0;
        int behind = 0;
        int star = -1;
        int resume = 0;
        while (behind < text.length()) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                resume = behind;
            } else if (at < pattern.length() && pattern.charAt(at) == text.charAt(behind)) {
                at++;
                behind++;
            } else if (star >= 0) {
                at = star + 1;
                behind = ++resume;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }

    @Override
    public String toString() {
        return pattern;
    }
}
