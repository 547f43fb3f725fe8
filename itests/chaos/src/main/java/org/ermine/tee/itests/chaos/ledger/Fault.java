// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

/** What must not happen, and what the report counts. */
public enum Fault {
    LOST("requests lost"),
    DOUBLED("requests doubled"),
    HUNG("requests hung"),
    WRONG("wrong answers"),
    REFUSED("requests refused without a cause"),
    REFUSED_DURING_SWAP("requests refused during swap"),
    LATE_CALL("late calls"),
    NOT_DRAINED("handlers unregistered in a call"),
    RELEASED_TWICE("callback objects released twice"),
    LEAKED("leaked"),
    MULTIPLIED("kinds of planned work or threads beyond their bounds"),
    ACTION("actions that failed");

    private final String words;

    Fault(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
