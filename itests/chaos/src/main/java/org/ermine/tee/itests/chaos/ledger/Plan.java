// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

/** What the client tells the handler to do with its request, and what must come of it if nothing else interferes. */
public enum Plan {
    ANSWER,
    /** Stay for a moment, then answer. */
    HOLD,
    /** Make requests of its own, then answer. */
    NEST,
    /** Unregister the handler and register it again, in the middle of the call; then answer. */
    UNREGISTER,
    /** Answer with an error of the handler's own. */
    ANSWER_ERROR,
    THROW_CHECKED,
    THROW_UNCHECKED,
    THROW_ERROR,
    /** What code throws whose class loader is gone. */
    THROW_LINKAGE,
    /** Write more than there is room for. */
    ANSWER_TOO_MUCH,
    /** Stay beyond the time limit, until interrupted; then answer all the same. */
    HANG;

    private static final Plan[] PLANS = values();

    public static Plan of(int ordinal) {
        return PLANS[ordinal];
    }

    /** The refusal that follows from the plan alone; null if the answer does. */
    Result refusal(Kind kind) {
        return switch (this) {
            case ANSWER, HOLD, NEST, UNREGISTER -> null;
            case ANSWER_ERROR -> Result.ANSWERED_ERROR;
            case THROW_CHECKED, THROW_UNCHECKED, THROW_ERROR, ANSWER_TOO_MUCH -> Result.ERROR;
            case THROW_LINKAGE -> kind == Kind.OWN ? Result.CALLBACK_DEFUNCT : Result.ERROR;
            case HANG -> Result.CALLBACK_TIMEOUT;
        };
    }
}
