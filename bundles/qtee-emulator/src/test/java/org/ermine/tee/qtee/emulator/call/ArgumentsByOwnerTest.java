// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.ermine.tee.qtee.emulator.message.InboundMessage;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.ObjectId.Hosting;
import org.junit.jupiter.api.Test;

class ArgumentsByOwnerTest {

    private final ArgumentsByOwner arguments = new ArgumentsByOwner(new InboundMessage(), null);
    private final Domain one = new Domain("one", null);
    private final Domain other = new Domain("other", null);

    @Test
    void givenAThreadThatGoesBackAndForthThenArgumentsAreKept() {
        OwnedArguments first = arguments.of(new Hosting(null, one));
        arguments.of(new Hosting(null, other));

        assertSame(first, arguments.of(new Hosting(null, one)));
    }

    @Test
    void givenADomainThatEndedWhenItsThreadGoesToAnotherThenItsArgumentsAreForgotten() {
        OwnedArguments first = arguments.of(new Hosting(null, one));
        one.end();
        arguments.of(new Hosting(null, other));

        assertNotSame(first, arguments.of(new Hosting(null, one)));
    }
}
