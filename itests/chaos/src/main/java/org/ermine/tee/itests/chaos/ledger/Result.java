// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

/**
 * How a request was refused. What the transport says to the trusted application about its callback, the application
 * passes on as a code of its own, so that a client can tell its own refusal from that of the callback.
 *
 * @param code of {@code TeeResult}
 */
public record Result(int code) {

    /** Added to a transport result of a callback, turned positive. */
    public static final int CALLBACK = 1000;

    /** The code with which handlers answer a request for {@link Plan#ANSWER_ERROR}. */
    public static final int ERROR_CODE = 77;
    /** The code with which handlers say that a request they made themselves was refused. */
    public static final int INNER_CODE = 78;

    static final Result ERROR = new Result(1);
    static final Result ANSWERED_ERROR = new Result(ERROR_CODE);
    static final Result INNER_REFUSED = new Result(INNER_CODE);
    static final Result DEFUNCT = new Result(-90);
    static final Result ABORT = new Result(-91);
    static final Result UNAVAIL = new Result(-96);
    static final Result TIMEOUT = new Result(-103);
    static final Result CALLBACK_DEFUNCT = new Result(CALLBACK + 90);
    static final Result CALLBACK_ABORT = new Result(CALLBACK + 91);
    static final Result CALLBACK_UNAVAIL = new Result(CALLBACK + 96);
    static final Result CALLBACK_TIMEOUT = new Result(CALLBACK + 103);
    /** The reference or the service was closed: an unchecked exception, or no service to be had. */
    public static final Result CLOSED = new Result(Integer.MIN_VALUE);

    /** Of the trusted application's loader: it is not loaded or not there, nor is the service. */
    private static final java.util.Set<Integer> NO_APPLICATION = java.util.Set.of(10, 12, 17, 22);

    private static final java.util.Set<Result> GONE =
            java.util.Set.of(DEFUNCT, ABORT, UNAVAIL, CALLBACK_DEFUNCT, CALLBACK_ABORT, CALLBACK_UNAVAIL, CLOSED);

    /** What a handler's exception does not carry over: the secure world's view of a callback. */
    public static int ofCallback(int transportCode) {
        return CALLBACK - transportCode;
    }

    /** Whether it says that something on the way to the object is not there, or not any more. */
    boolean isGone(Kind kind) {
        return GONE.contains(this) || kind == Kind.CONNECT && NO_APPLICATION.contains(code);
    }

    /** Whether it is what an interrupt of the waiting client makes of a callback. */
    boolean isInterrupted(Kind kind) {
        // The service that registers clients passes on what its callback, the credentials, is refused with.
        return equals(CALLBACK_DEFUNCT) || equals(CALLBACK_ABORT) || kind == Kind.CONNECT && equals(DEFUNCT);
    }

    @Override
    public String toString() {
        if (equals(CLOSED)) {
            return "closed";
        }
        return code > CALLBACK ? "callback " + (CALLBACK - code) : String.valueOf(code);
    }
}
