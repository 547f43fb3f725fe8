// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.devices.DeviceService;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.ermine.tee.trusted.TrustedClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** The way out of a store that is refused for ever: who may go it, and what others notice. */
@Timeout(60)
class ResetTest {

    private static final byte[] SECRET = {1, 2, 3};

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", storage);
    private final FakeTee tee = new FakeTee(environment);
    private final TestBundles bundles = TestBundles.on(tee);
    private final SealedStorageClient one = bundles.client("org.example.one");
    private final SealedStorageClient other = bundles.client("org.example.other");
    private final SealedStorageAdminClient admin = bundles.admin(TestBundles.ADMINISTRATOR);

    @BeforeEach
    void seal() throws SealedStorageException {
        environment.client(new TrustedClient(1, SealedStorageProtocol.KEEPER));
        one.seal("one", SECRET);
        other.seal("other", SECRET);
    }

    @AfterEach
    void close() {
        bundles.close();
        assertEquals(0, tee.openContexts() + tee.openObjects(), "left open");
    }

    private static SealedStorageException failure(Executable operation) {
        return assertThrows(SealedStorageException.class, operation);
    }

    @Test
    @DisplayName("given a store that is refused when an administrator resets it then all bundles begin anew")
    void givenAStoreThatIsRefusedThenAllBundlesBeginAnew() throws Exception {
        storage.files().replaceAll((name, content) -> name.contains("index") ? new byte[9] : content);
        tee.undeployApplication();
        tee.deployApplication();
        assertEquals(Reason.TRUNCATED, failure(one::list).reason());

        admin.reset();
        assertEquals(List.of(), one.list());
        other.seal("other", SECRET);
        assertArrayEquals(SECRET, one.read("other"));
        assertEquals(
                List.of("other"), one.list().stream().map(SealedEntry::name).toList());
    }

    @Test
    @DisplayName("given any of the bundles that are named when it resets the store then it may")
    void givenEachOfTheBundlesThatAreNamedThenItMay() throws Exception {
        for (String named : List.of("org.example.another.admin", "org.example.third.admin")) {
            bundles.admin(named).reset();
            one.seal("one", SECRET);
        }
    }

    @Test
    @DisplayName(
            "given a bundle that is not named when it resets the store then it is refused, and the TEE is not asked")
    void givenAnyOtherBundleThenItIsRefused() throws Exception {
        Map<String, byte[]> before = storage.snapshot();
        for (String bundle : List.of("org.example.one", "org.example.admin2", "", "org.example.another.admin,")) {
            SealedStorageException refused = failure(() -> bundles.admin(bundle).reset());
            assertEquals(Reason.NOT_PERMITTED, refused.reason());
            assertEquals(
                    bundle + " may not do what concerns all that is sealed: it is none of administrators of"
                            + " org.ermine.tee.sealedstorage",
                    refused.getMessage());
        }
        assertEquals(before.keySet(), storage.files().keySet());
        assertArrayEquals(SECRET, one.read("one"));
    }

    @Test
    @DisplayName("given a client that is not sealed storage when it asks the application itself then that refuses")
    void givenAClientBesideSealedStorageThenTheApplicationRefuses() throws Exception {
        environment.client(new TrustedClient(2, "com.example.stranger"));
        SealedStorageException refused = failure(admin::reset);
        assertEquals(Reason.NOT_PERMITTED, refused.reason());
        assertTrue(refused.getCause().getMessage().startsWith("com.example.stranger may not"), refused.toString());
        environment.client(new TrustedClient(1, SealedStorageProtocol.KEEPER));
        assertArrayEquals(SECRET, one.read("one"));
    }

    @Test
    @DisplayName(
            "given a bundle with the name of an administrator that may not use the TEE when it resets the store then"
                    + " it is refused")
    void givenAnAdministratorThatMayNotUseTheTeeThenItIsRefused() throws Exception {
        SharedDevice device = new SharedDevice(tee);
        bundles.setDevice((DeviceService) user -> {
            if (TestBundles.ADMINISTRATOR.equals(user.getSymbolicName())) {
                throw new SealedStorageException(Reason.NOT_PERMITTED, "not with this signature");
            }
            return device.of(user);
        });
        SealedStorageException refused = failure(admin::reset);
        assertEquals(Reason.NOT_PERMITTED, refused.reason());
        assertEquals("not with this signature", refused.getMessage());
        assertArrayEquals(SECRET, one.read("one"));
    }

    @Test
    @DisplayName("given an open stream when the store is reset then it is read to its end")
    void givenAnOpenStreamThenItIsReadToItsEnd() throws Exception {
        try (InputStream in = one.open("one")) {
            admin.reset();
            assertArrayEquals(SECRET, in.readAllBytes());
        }
        assertEquals(Reason.NOT_FOUND, failure(() -> one.open("one")).reason());
    }

    @Test
    @DisplayName("given a TEE that goes when the store is reset then it is said that the outcome is not known")
    void givenATeeThatGoesThenTheOutcomeIsNotKnown() throws Exception {
        admin.reset();
        one.seal("one", SECRET);
        tee.goWithoutAnAnswerAfter(2);
        assertEquals(Reason.OUTCOME_UNKNOWN, failure(admin::reset).reason());
        tee.comeBack();
        assertEquals(List.of(), one.list());
    }

    @Test
    @DisplayName("given an interrupted thread when it resets the store then nothing happens")
    void givenAnInterruptedThreadThenNothingHappens() throws Exception {
        Thread.currentThread().interrupt();
        assertEquals(Reason.INTERRUPTED, failure(admin::reset).reason());
        assertTrue(Thread.interrupted());
        assertArrayEquals(SECRET, one.read("one"));
    }
}
