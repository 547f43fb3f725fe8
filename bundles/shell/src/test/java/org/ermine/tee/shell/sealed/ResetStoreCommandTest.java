// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.sealed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.shell.command.Shell;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ResetStoreCommandTest {

    private final MemoryStorage storage = new MemoryStorage();
    private final FakeAdmin admin = new FakeAdmin(storage);

    @AutoClose
    private final Shell shell = new Shell(new ResetStoreCommand(storage, admin));

    @BeforeEach
    void seal() {
        storage.put("a", "1");
        storage.put("b", "2");
    }

    @Test
    @DisplayName(
            "given no confirmation when the store is to be reset then it is told what would be lost, and nothing is")
    void givenNoConfirmationThenItIsToldWhatWouldBeLost() {
        assertEquals(
                List.of(
                        "tee:reset-store: This would give up for good all that is sealed, by whichever bundle.",
                        "That is 2 objects. The store is not refused. Whether all that is in it can be read,"
                                + " tee:salvageable --verify tells.",
                        "tee:reset-store --lose-everything does it."),
                shell.refusal("tee:reset-store").lines().toList());
        assertEquals(Set.of("a", "b"), storage.names());
    }

    @Test
    @DisplayName("given objects that only another bundle can list and no confirmation then they are counted too")
    void givenObjectsOfAnotherBundleThenTheyAreCounted() {
        storage.put("twice", "in another drawer as well");
        String told = shell.refusal("tee:reset-store");
        assertTrue(told.contains("That is 4 objects."), told);
        admin.refuse(Reason.NOT_PERMITTED, "the shell may not");
        assertEquals("tee:reset-store: the shell may not", shell.refusal("tee:reset-store"));
    }

    @Test
    @DisplayName("given a store that is refused and no confirmation then it is told why it is")
    void givenAStoreThatIsRefusedThenItIsToldWhy() {
        storage.refuse(new SealedStorageException(
                Reason.ROLLED_BACK, "the index is not the latest", "begin anew (tee:reset-store)", null));
        assertEquals(
                List.of(
                        "tee:reset-store: This would give up for good all that is sealed, by whichever bundle.",
                        "It is refused, since the index is not the latest. Before that, 2 objects may be salvaged: see"
                                + " tee:salvageable. Afterwards tee:restore brings back a backup.",
                        "tee:reset-store --lose-everything does it."),
                shell.refusal("tee:reset-store").lines().toList());
        storage.names().clear();
        String nothing = shell.refusal("tee:reset-store");
        assertTrue(nothing.contains("not the latest. Nothing of it can be salvaged. Afterwards"), nothing);
        storage.refuse(Reason.NO_TEE, "the TEE went away");
        assertEquals("tee:reset-store: the TEE went away", shell.refusal("tee:reset-store"));
    }

    @Test
    @DisplayName("given the confirmation when the store is reset then that is done, and said")
    void givenTheConfirmationThenTheStoreIsBegunAnew() throws Exception {
        storage.refuse(Reason.TAMPERED, "the index is not what was sealed");
        String said = shell.type("tee:reset-store --lose-everything");
        assertEquals(
                "The store was begun anew. Nothing is sealed. tee:restore brings back a backup."
                        + System.lineSeparator(),
                said);
        assertEquals(Set.of(), storage.names());
    }

    @Test
    @DisplayName("given a bundle that may not then the message is passed on")
    void givenARefusalThenItsMessageIsPassedOn() {
        admin.refuse(Reason.NOT_PERMITTED, "the shell may not");
        assertEquals("tee:reset-store: the shell may not", shell.refusal("tee:reset-store --lose-everything"));
        assertEquals(Set.of("a", "b"), storage.names());
    }

    @Test
    @DisplayName("given wrong arguments then nothing is lost")
    void givenWrongArgumentsThenNothingIsLost() {
        for (String wrong : new String[] {"-f", "now", "--lose-everything now", "$never", "--lose"}) {
            String told = shell.refusal("tee:reset-store " + wrong);
            assertTrue(told.startsWith("tee:reset-store: "), told);
        }
        assertEquals(Set.of("a", "b"), storage.names());
    }

    @Test
    @DisplayName("when help is asked for then the usage is printed under the command's name")
    void whenHelpIsAskedForThenTheUsageIsPrinted() throws Exception {
        assertTrue(shell.type("tee:reset-store --help").startsWith("tee:reset-store - gives up all"));
        assertEquals(Set.of("a", "b"), storage.names());
    }
}
