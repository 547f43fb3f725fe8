// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ermine.tee.TeeException;
import org.ermine.tee.mink.ListenerRegistry;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A supplicant begins before QTEE has been told that its predecessor has let its listeners go. */
@Timeout(60)
class SuccessorTest {

    private LateReleases releases;

    @AutoClose
    private final InMemoryTee tee = InMemoryTee.builder()
            .tap((channel, memory) -> releases = new LateReleases(channel, memory, ListenerRegistry.ERROR_ID_IN_USE))
            .with(new Doubler())
            .start();

    @Test
    @DisplayName("given QTEE refuses a listener because its predecessor's registration is still there, when that ends, "
            + "then the"
            + " listener serves, and was never listed as failed")
    void registersAsSoonAsItsPredecessorIsGone() throws TeeException {
        releases.keep();
        tee.killSupplicant();

        tee.startSupplicant();

        assertTrue(releases.hasRefused(), "the predecessor was gone before");
        assertEquals(0, tee.runtime().snapshot().failedHandlers.length);
        assertEquals(42, tee.request(Doubler.LISTENER, Messages.of(1, 21)).getInt(4));
    }
}
