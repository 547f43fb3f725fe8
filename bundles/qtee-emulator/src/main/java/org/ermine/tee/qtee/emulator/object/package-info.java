// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The objects that the secure world hosts: what hosts them, the ids by which each client names them, and what keeps
 * them.
 *
 * <p>Knows domains, clients, ids, holds and references, and where the code begins that the emulator does not own. Does
 * not know messages, nor how an invocation is carried out: what it wants of those in progress stands in {@link
 * org.ermine.tee.qtee.emulator.object.CallsInProgress}. Nor does it know which services and applications there are.
 *
 * <p>An invocation counts nothing at its target: it announces the target's number when it takes its call, and then
 * looks it up. Whoever ends an id takes it out of the {@link org.ermine.tee.qtee.emulator.object.DomainObjectTable}, or
 * marks the domain as ended, and then looks at the calls and hands each that invokes the id a hold on the object. One
 * of the two sees the other; the argument stands at {@link org.ermine.tee.spi.HazardSlots}.
 *
 * <p>The monitor of a {@link org.ermine.tee.qtee.emulator.object.DomainObject} guards its ids and their references;
 * calls are handed holds within it. That of a part of the {@link org.ermine.tee.qtee.emulator.object.IdentityTable}
 * guards the part; nothing is taken within it. The table of ids takes no lock. Objects are told that they are released
 * with no monitor held.
 *
 * <p>How many of the objects each client has is kept by atomics, in its share, where a client itself counts as the
 * objects that take as much of the secure heap; the option clientSharePercent says how many it may have, of the table
 * and of the heap.
 */
package org.ermine.tee.qtee.emulator.object;
