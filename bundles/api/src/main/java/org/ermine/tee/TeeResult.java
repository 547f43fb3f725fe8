// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

/**
 * Result of an object invocation, as the object or the transport to it reports it. A value; immutable.
 *
 * <p>Three ranges, with the numbers of Qualcomm's Mink object interface ({@code object.h} of the public minkipc and
 * quic-teec projects):
 *
 * <ul>
 *   <li>generic results of any object: 0 to 9, named by the constants {@link #OK} to {@link #MEM};
 *   <li>results an interface defines for itself: from {@value #USER_BASE} upwards;
 *   <li>results of the transport: the negative ones, {@link #DEFUNCT} to {@link #TIMEOUT}. Only the transport may
 *       produce them: what an object hosted by the normal world returns is {@linkplain #isHostable() checked}.
 * </ul>
 */
public final class TeeResult {

    /** The first result code that an interface may define for itself. */
    public static final int USER_BASE = 10;

    public static final TeeResult OK = new TeeResult(0, "OK");
    /** The operation failed, and the object does not say why. */
    public static final TeeResult ERROR = new TeeResult(1, "ERROR");
    /** The operation or an argument is invalid. */
    public static final TeeResult INVALID = new TeeResult(2, "INVALID");
    /** An input buffer has an unsupported size. */
    public static final TeeResult SIZE_IN = new TeeResult(3, "SIZE_IN");
    /** An output buffer has an unsupported size. */
    public static final TeeResult SIZE_OUT = new TeeResult(4, "SIZE_OUT");
    /** The object could not allocate memory. */
    public static final TeeResult MEM = new TeeResult(5, "MEM");

    /** The object no longer exists, for example because its host died. */
    public static final TeeResult DEFUNCT = new TeeResult(-90, "DEFUNCT");
    /** The calling thread should return to its caller at once. */
    public static final TeeResult ABORT = new TeeResult(-91, "ABORT");
    /** The object reference does not name an object. */
    public static final TeeResult BADOBJ = new TeeResult(-92, "BADOBJ");
    /** The caller's object table is full. */
    public static final TeeResult NOSLOTS = new TeeResult(-93, "NOSLOTS");
    /** There are more arguments than the transport can carry. */
    public static final TeeResult MAXARGS = new TeeResult(-94, "MAXARGS");
    /** The payload is larger than the transport can carry. */
    public static final TeeResult MAXDATA = new TeeResult(-95, "MAXDATA");
    /** The object is not reachable at present, or its answer made no sense. */
    public static final TeeResult UNAVAIL = new TeeResult(-96, "UNAVAIL");
    /** The transport could not allocate memory. */
    public static final TeeResult KMEM = new TeeResult(-97, "KMEM");
    /** A local operation was asked of a remote object. */
    public static final TeeResult REMOTE = new TeeResult(-98, "REMOTE");
    /** The object is busy; try again later. */
    public static final TeeResult BUSY = new TeeResult(-99, "BUSY");
    /** A time limit passed. */
    public static final TeeResult TIMEOUT = new TeeResult(-103, "TIMEOUT");

    private static final TeeResult[] NAMED = {
        OK, ERROR, INVALID, SIZE_IN, SIZE_OUT, MEM, DEFUNCT, ABORT, BADOBJ, NOSLOTS, MAXARGS, MAXDATA, UNAVAIL, KMEM,
        REMOTE, BUSY, TIMEOUT
    };

    private final int code;
    private final String name;

    private TeeResult(int code, String name) {
        this.code = code;
        this.name = name;
    }

    /** Returns the result with this code; named ones are always the same instance. */
    public static TeeResult of(int code) {
        for (TeeResult named : NAMED) {
            if (named.code == code) {
                return named;
            }
        }
        return new TeeResult(code, code >= USER_BASE ? "error" : "result");
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    public boolean isOk() {
        return code == 0;
    }

    /** Whether this is a result of the transport, not of the object. */
    public boolean isTransport() {
        return code < 0;
    }

    /** Whether an object hosted outside the transport may return this: OK, a generic or an interface's own code. */
    public boolean isHostable() {
        return code >= 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TeeResult result && result.code == code;
    }

    @Override
    public int hashCode() {
        return code;
    }

    /** For example {@code DEFUNCT (-90)} or {@code error 11}. */
    @Override
    public String toString() {
        return Character.isUpperCase(name.charAt(0)) ? name + " (" + code + ")" : name + " " + code;
    }
}
