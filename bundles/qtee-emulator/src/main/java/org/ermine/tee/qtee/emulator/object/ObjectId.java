// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.object;

/**
 * A client's id for an object: the {@link HostedObject} itself for its first client, as most have no other, and a further one for
 * each more. Client and number are set before it is published in the table, and stay; links and references are guarded by the
 * object.
 */
public abstract class ObjectId {

    Client client;
    /** {@link org.ermine.tee.qtee.emulator.message.Wire#NULL_ID} as long as it is nobody's. */
    int number;

    int references;
    ObjectId next;

    /** Whose it is; null for what no client registered for. */
    public Client client() {
        return client;
    }

    /** What it names. */
    public abstract HostedObject hosted();
}
