// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

/** A client's id for an object. Its links and references are guarded by the object. */
final class ObjectId {

    final HostedObject object;
    final Client client;
    /** Set before it is published in the table. */
    int number;

    int references;
    ObjectId next;

    ObjectId(HostedObject object, Client client) {
        this.object = object;
        this.client = client;
    }
}
