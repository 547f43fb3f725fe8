// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The listeners of the normal world: who registered which, and how one is asked.
 *
 * <p>Knows their ids, their callback objects and the memory that messages stand in. Does not know what is asked, nor
 * who answers. Listeners are not shared out among clients, since one client, the supplicant, registers those of all
 * bundles.
 *
 * <p>The monitor of a {@link org.ermine.tee.qtee.emulator.listener.ListenerTable} guards the ids; that of a client's
 * registrar what was registered through it. Nothing is called with either held. Whoever has the permit of a {@link
 * org.ermine.tee.qtee.emulator.listener.Listener} owns its memory, and waits for the normal world with it.
 */
package org.ermine.tee.qtee.emulator.listener;
