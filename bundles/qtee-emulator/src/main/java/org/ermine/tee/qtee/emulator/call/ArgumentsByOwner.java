// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import org.ermine.tee.qtee.emulator.message.InboundMessage;
import org.ermine.tee.qtee.emulator.object.ObjectId.Hosting;

/**
 * The arguments that a call keeps from one invocation to the next: those of its last few owners, so that a thread that
 * goes from one object to the other and back need not make them anew. Belongs to the thread of the call.
 */
final class ArgumentsByOwner {

    /** A power of two. */
    private static final int OWNERS = 4;

    /** What each buffer of an owner may keep while invocations are others'. */
    private static final int KEPT_WHILE_AWAY = 4096;

    private final InboundMessage message;
    private final CallObjects objects;
    private final OwnedArguments[] owned = new OwnedArguments[OWNERS];
    /** Where the last owner's are. */
    private int last;

    ArgumentsByOwner(InboundMessage message, CallObjects objects) {
        this.message = message;
        this.objects = objects;
    }

    /** The arguments for invocations of a domain by a client. */
    OwnedArguments of(Hosting owner) {
        OwnedArguments present = owned[last];
        return present != null && present.belongTo(owner) ? present : change(owner);
    }

    /** Forgets the last owner's, as others have seen them. */
    void clearLast() {
        owned[last] = null;
    }

    private OwnedArguments change(Hosting owner) {
        if (owned[last] != null) {
            owned[last].trim(KEPT_WHILE_AWAY);
        }
        clearEnded();
        for (int i = 0; i < OWNERS; i++) {
            if (owned[i] != null && owned[i].belongTo(owner)) {
                last = i;
                return owned[i];
            }
        }
        last = last + 1 & OWNERS - 1;
        owned[last] = new OwnedArguments(owner.shared(), message, objects);
        return owned[last];
    }

    /** An application that was unloaded would stay in memory with its classes, as long as the thread lives. */
    private void clearEnded() {
        for (int i = 0; i < OWNERS; i++) {
            if (owned[i] != null && owned[i].owner().domain().hasEnded()) {
                owned[i] = null;
            }
        }
    }
}
