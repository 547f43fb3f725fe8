// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.connection.DirectClient;
import org.ermine.tee.sealed.impl.FakeTee;
import org.ermine.tee.sealed.impl.SealedStorageClient;
import org.ermine.tee.sealed.impl.SharedDevice;
import org.ermine.tee.sealed.impl.TestBundles;
import org.ermine.tee.sealed.limit.Place;
import org.ermine.tee.sealed.protocol.Opening;
import org.ermine.tee.sealed.protocol.Scope;
import org.ermine.tee.sealed.protocol.WriteMode;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What fails when the TA is to open an object, or has opened it. */
@Timeout(60)
class LateOpeningsTest {

    private static final byte[] SECRET = {1, 2, 3};

    private final FakeTee tee = new FakeTee(new FakeEnvironment("device", new MemoryFileStorage()));
    private final TestBundles bundles = TestBundles.on(tee);
    private final SealedStorageClient client = bundles.client("org.example.client");
    private final AtomicInteger placesGivenBack = new AtomicInteger();

    private final Place place = new Place() {
        @Override
        public String largest() {
            return "";
        }

        @Override
        public void close() {
            placesGivenBack.incrementAndGet();
        }
    };

    private DirectClient connection() throws SealedStorageException {
        return DirectClient.of(tee);
    }

    @AfterEach
    void nothingIsLeftOpen() {
        bundles.close();
        tee.assertNothingOpen();
    }

    @Test
    @DisplayName("ERM-23: given no memory for what uses an object that the TA has opened, then the object and its place"
            + " are given back")
    void noMemoryBehindTheOpening() throws Exception {
        client.seal("x", SECRET);
        try (DirectClient connection = connection()) {
            Session session = new Session(
                    new SharedDevice(tee), Scope.OWN, connection.application(), new RepeatLog(text -> {}), () -> {});
            int before = tee.openObjects();
            OutOfMemoryError none = new OutOfMemoryError("none");
            ObjectOpener.Maker<Object> failing = (object, name, reply, taken, details) -> {
                throw none;
            };
            for (Opening opening : List.of(Opening.READING, Opening.writing(WriteMode.REPLACING))) {
                assertThrows(OutOfMemoryError.class, () -> session.open(opening, "x", place, failing));
                assertEquals(before, tee.openObjects());
            }
            assertEquals(2, placesGivenBack.get());
        }
    }

    @Test
    @DisplayName("ERM-23: given an opening that fails before or in the TA, then the place is given back")
    void noOpening() throws Exception {
        try (DirectClient connection = connection()) {
            Session session = new Session(
                    new SharedDevice(tee), Scope.OWN, connection.application(), new RepeatLog(text -> {}), () -> {});
            assertThrows(SealedStorageException.class, () -> session.open("missing", place));
            assertThrows(SealedStorageException.class, () -> session.open("", place));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> session.open(
                            new Opening(SealedStorageProtocol.OP_OPEN, 0, 0, -1),
                            "x",
                            place,
                            (object, name, reply, taken, details) -> name));
            assertEquals(3, placesGivenBack.get());
            assertThrows(
                    NullPointerException.class,
                    () -> session.open(null, "x", place, (object, name, reply, taken, details) -> name));
            assertEquals(4, placesGivenBack.get(), "what fails before anything is asked of the TA");
        }
    }
}
