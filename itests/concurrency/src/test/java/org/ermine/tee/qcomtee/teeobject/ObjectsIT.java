// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.teeobject;

import org.ermine.tee.itests.concurrency.Explorer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Objects, their ids and their references, in every order that is reached. */
@ExtendWith(Explorer.Extension.class)
class ObjectsIT {

    private static final int INTERLEAVINGS = 100;

    @Test
    @DisplayName("a table grows while an object is looked up: it is found (OBJ-2)")
    void growBesideLookup(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ObjectScenarios.GrowBesideLookup());
    }

    @Test
    @DisplayName("an object is released while it is used: QTEE is told once, when nobody uses it (OBJ-2, OBJ-4, INV-7)")
    void releaseBesideUse(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ObjectScenarios.ReleaseBesideUse());
    }

    @Test
    @DisplayName("an object is released while it is invoked, without a reference of the invocation: QTEE is told once, "
            + "afterwards (OBJ-4)")
    void releaseBesideAnnouncedUse(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ObjectScenarios.ReleaseBesideAnnouncedUse());
    }

    @Test
    @DisplayName(
            "a context closes while an object of it is invoked: QTEE is told of that once, afterwards (OBJ-4, CTX-4)")
    void closeBesideAnnouncedUse(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ObjectScenarios.CloseBesideAnnouncedUse());
    }

    @Test
    @DisplayName(
            "an object and the next one in its place are released while it is invoked: each is once (OBJ-4, OBJ-6)")
    void releaseOfSuccessorBesideUse(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ObjectScenarios.ReleaseOfSuccessorBesideUse());
    }

    @Test
    @DisplayName(
            "objects are dropped while others are taken: none is lost, and those of a thread stay in order (REL-1)")
    void twoDropsBesideTaking(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ObjectScenarios.TwoDropsBesideTaking());
    }

    @Test
    @DisplayName("handles are taken and given back at once: no two holders have the same (OBJ-5)")
    void takesBesideFree(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ObjectScenarios.TakesBesideFree());
    }

    @Test
    @DisplayName("a handle is used again while a reference is taken by an old id: it names nothing else (OBJ-2, ERM-2)")
    void reuseBesideAcquire(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ObjectScenarios.ReuseBesideAcquire());
    }

    @Test
    @DisplayName("a context closes while an object arrives: the table lets it go, or refuses it (ERM-12, TRAP-20)")
    void closeBesideAdd(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ObjectScenarios.CloseBesideAdd());
    }

    @Test
    @DisplayName(
            "the place of an object is given out again while it is looked up: its id names nothing else (OBJ-6, ERM-2)")
    void reuseBesideLookup(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ObjectScenarios.ReuseBesideLookup());
    }
}
