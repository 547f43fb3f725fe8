// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.fakes;

import org.ermine.tee.spi.callback.CallbackCall;
import org.ermine.tee.spi.callback.CallbackSource;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.spi.callback.SourceLine;

/** A context in which no request waits, where a test does not say otherwise. */
public class IdleSource implements CallbackSource {

    private final String owner;
    private final SourceLine.Place place = new SourceLine.Place(this);

    public IdleSource(String owner) {
        this.owner = owner;
    }

    @Override
    public String owner() {
        return owner;
    }

    @Override
    public final SourceLine.Place place() {
        return place;
    }

    @Override
    public CallbackCall next(CallbackWorkers workers) {
        return null;
    }

    @Override
    public CallbackCall awaited(CallbackWorkers workers) {
        return null;
    }
}
