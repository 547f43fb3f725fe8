// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.connection.DirectClient;
import org.ermine.tee.sealed.impl.FakeTee;
import org.ermine.tee.sealed.impl.SharedDevice;
import org.ermine.tee.sealed.limit.Place;
import org.ermine.tee.sealed.protocol.Scope;
import org.ermine.tee.sealed.protocol.WriteMode;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the operator is told of failures that clients are told, too. */
@Timeout(60)
class LoggedFailuresTest {

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeTee tee = new FakeTee(new FakeEnvironment("device", storage));
    private final List<String> log = new ArrayList<>();

    private final Place place = new Place() {
        @Override
        public String largest() {
            return "";
        }

        @Override
        public void close() {}
    };

    @Test
    @DisplayName("given a disk that fails again and again, then the log tells of file and error number once")
    void toldOnce() throws Exception {
        try (DirectClient connection = DirectClient.of(tee)) {
            Session session = new Session(
                    new SharedDevice(tee), Scope.OWN, connection.application(), new RepeatLog(log::add), () -> {});
            storage.failWrites(5);
            for (int i = 0; i < 3; i++) {
                assertThrows(SealedStorageException.class, () -> seal(session));
            }
        }
        assertEquals(1, log.size(), log::toString);
        assertTrue(
                log.get(0).matches("Clients are told STORAGE_FAILED: writing ermine\\.sealed-\\S+: error 5"),
                log.get(0));
    }

    @Test
    @DisplayName("given a client that asks for what is not there, then the log tells nothing")
    void notTold() throws Exception {
        try (DirectClient connection = DirectClient.of(tee)) {
            Session session = new Session(
                    new SharedDevice(tee), Scope.OWN, connection.application(), new RepeatLog(log::add), () -> {});
            assertThrows(SealedStorageException.class, () -> session.open("missing", place));
        }
        assertEquals(List.of(), log);
    }

    private void seal(Session session) throws SealedStorageException {
        try (ObjectSink sink = session.create("x", WriteMode.REPLACING, place)) {
            sink.write(new byte[1], 1);
            sink.commit(new byte[0]);
        }
    }
}
