// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

/** The id of a client that is not the first one of its object. */
final class FurtherId extends ObjectId {

    private final HostedObject hosted;

    FurtherId(HostedObject hosted) {
        this.hosted = hosted;
    }

    @Override
    HostedObject hosted() {
        return hosted;
    }
}
