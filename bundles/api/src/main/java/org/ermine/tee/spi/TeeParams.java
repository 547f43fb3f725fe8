// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import java.util.Objects;

/** The parameters of one operation: a list of {@link TeeParam} that is filled again and again. Not thread safe. */
public final class TeeParams {

    /** The most parameters that an operation can have (TEE_IOCTL argument blocks hold no more). */
    public static final int MAX = 64;

    private final TeeParam[] params;
    private int count;
    private boolean handedOver;

    /** @param capacity 0 to {@link #MAX} */
    public TeeParams(int capacity) {
        params = new TeeParam[Objects.checkIndex(capacity, MAX + 1)];
        for (int i = 0; i < capacity; i++) {
            params[i] = new TeeParam();
        }
    }

    /** The most parameters it holds. */
    public int capacity() {
        return params.length;
    }

    public int count() {
        return count;
    }

    public TeeParam get(int index) {
        return params[Objects.checkIndex(index, count)];
    }

    /**
     * Appends a parameter of type NONE, for the caller to fill in.
     *
     * @throws IndexOutOfBoundsException if there are {@link #capacity} already; nothing is changed then
     */
    public TeeParam add() {
        TeeParam param = params[Objects.checkIndex(count, params.length)];
        param.clear();
        count++;
        return param;
    }

    /**
     * Clears all parameters, and releases what they hold. If the release of one fails, the others are released all the
     * same.
     */
    public void clear() {
        try {
            clearFrom(0);
        } finally {
            count = 0;
            handedOver = false;
        }
    }

    private void clearFrom(int first) {
        int at = first;
        try {
            while (at < count) {
                params[at].clear();
                at++;
            }
        } finally {
            if (at < count) {
                clearFrom(at + 1);
            }
        }
    }

    /** Whether the message with these parameters reached the TEE, so that it owns the user objects among the inputs. */
    public boolean isHandedOver() {
        return handedOver;
    }

    /** Set by the backend when the message reached the TEE. */
    public void handedOver(boolean handedOver) {
        this.handedOver = handedOver;
    }
}
