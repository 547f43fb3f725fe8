// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.fakes;

import java.time.Duration;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;

/** An object of a TEE that does what a test says. To duplicate it is to have it once more. */
public class FakeTeeObject implements TeeObject {

    private final Operations operations;

    /** What an object does. */
    @FunctionalInterface
    public interface Operations {
        void invoke(int op, Arguments arguments) throws TeeException;
    }

    public FakeTeeObject(Operations operations) {
        this.operations = operations;
    }

    /** For a class that overrides {@link #invoke(int, Arguments)}. */
    protected FakeTeeObject() {
        this((op, arguments) -> {
            throw new UnsupportedOperationException("operation " + op);
        });
    }

    /** An object that refuses all operations. */
    public static FakeTeeObject refusing(TeeException failure) {
        return new FakeTeeObject((op, arguments) -> {
            throw failure;
        });
    }

    @Override
    public void invoke(int op, Arguments arguments) throws TeeException {
        operations.invoke(op, arguments);
    }

    @Override
    public void invoke(int op, Arguments arguments, Duration timeout) throws TeeException {
        invoke(op, arguments);
    }

    @Override
    public TeeObject duplicate() {
        return this;
    }

    @Override
    public long id() {
        return 1;
    }

    @Override
    public boolean isClosed() {
        return false;
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
