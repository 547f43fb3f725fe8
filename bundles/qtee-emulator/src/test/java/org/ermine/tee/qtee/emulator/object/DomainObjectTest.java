// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qtee.emulator.limit.SecureHeap;
import org.ermine.tee.qtee.emulator.object.ObjectId.Hosting;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DomainObjectTest {

    private static final int LIMIT = 100_000;
    private static final int CLIENTS = 5;
    private static final int STEPS = 20_000;

    private final OwnerShares shares = new OwnerShares("objects", LIMIT, "none");
    private final RepeatLog problems = new RepeatLog(line -> {});
    private final DomainObjectTable objects = new DomainObjectTable(
            LIMIT, shares, new SecureHeap(1L << 30), new NoCalls(), (op, arguments) -> {}, problems);
    private final Domain domain = new Domain("service", objects);

    @Test
    void givenObjectsThatADomainReturnsToAClientThenTheyShareWhatTheyHaveInCommon() throws TeeException {
        Client client = client(1);
        Hosting hosting = new Hosting(client, domain);
        DomainObject first = objects.host(new Counted(), hosting);
        DomainObject second = objects.host(new Counted(), hosting);

        first.reference(client);
        second.reference(client);

        assertSame(hosting, first.hosting());
        assertSame(hosting, second.hosting());
    }

    @Test
    void givenAnObjectWhoseFurtherClientsComeAndGoWhenItReturnsOthersThenNoneHasIdsOfThese() throws TeeException {
        Client first = client(1);
        DomainObject object = objects.host(new Counted(), new Hosting(first, domain));
        object.reference(first);
        int further = object.reference(client(2));
        DomainObject returned = objects.host(new Counted(), object.hosting());
        objects.release(further);
        DomainObject returnedLater = objects.host(new Counted(), object.hosting());
        int own = returned.reference(first);

        assertTrue(returned.hosting().isShared());
        assertTrue(returnedLater.hosting().isShared());
        assertTrue(objects.release(own));
        assertFalse(objects.release(own));
    }

    @Test
    @DisplayName(
            "ERM-2: given clients that get and release references at random, then each has one id for as long as it "
                    + "has one")
    void idsOfManyClients() throws TeeException {
        Random random = new Random(20261130);
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(client(i));
        }
        Counted instance = new Counted();
        DomainObject object = objects.host(instance, domain);
        int[] ids = new int[CLIENTS];
        int[] references = new int[CLIENTS];

        for (int step = 0; step < STEPS; step++) {
            int at = random.nextInt(CLIENTS);
            if (random.nextBoolean()) {
                int id = object.reference(clients.get(at));
                assertTrue(references[at] == 0 || id == ids[at], "a second id for one client");
                ids[at] = id;
                references[at]++;
                assertSame(clients.get(at), objects.find(id).client());
                assertSame(object, objects.find(id).hosted());
            } else if (references[at] == 0) {
                assertTrue(ids[at] == 0 || objects.find(ids[at]) == null, "an id that was released");
            } else {
                assertTrue(objects.release(ids[at]));
                references[at]--;
            }
        }
        object.release();
        releaseAll(ids, references);

        assertEquals(0, objects.live());
        assertEquals(1, instance.releases);
    }

    private void releaseAll(int[] ids, int[] references) {
        for (int i = 0; i < CLIENTS; i++) {
            for (; references[i] > 0; references[i]--) {
                assertTrue(objects.release(ids[i]));
            }
            assertNull(objects.find(ids[i]));
        }
    }

    private Client client(int uid) throws TeeException {
        return Client.enter(new TrustedClient(uid, "client " + uid), null, shares, problems);
    }

    private static final class Counted implements TrustedObject {

        private int releases;

        @Override
        public void invoke(int op, IncomingArguments arguments) {}

        @Override
        public void released() {
            releases++;
        }
    }

    private static final class NoCalls implements CallsInProgress {

        @Override
        public void keepTarget(int number, DomainObject object) {}

        @Override
        public void showArguments() {}

        @Override
        public void outside(Runnable task) {
            task.run();
        }
    }
}
