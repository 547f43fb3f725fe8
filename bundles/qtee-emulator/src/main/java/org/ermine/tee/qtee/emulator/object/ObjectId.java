// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.object;

/**
 * A client's id for an object: the {@link DomainObject} itself for its first client, as most have no other, and a
 * further one for each more. Client and number are set before it is published in the table, and stay; references are
 * guarded by the object.
 */
public abstract class ObjectId {

    /** Replaced by one of the same domain and client when the object gets its first further id. */
    Hosting hosting;
    /** {@link org.ermine.tee.qtee.emulator.message.TransportFormat#NULL_ID} as long as it is nobody's. */
    int number;

    /** A plain number, since there may be a million ids, and the object's monitor guards it with the ids themselves. */
    int references;

    /** The domain that hosts the object, and the client whose id this is. */
    public Hosting hosting() {
        return hosting;
    }

    /** Whose it is; null for what no client registered for. */
    Client client() {
        return hosting.client();
    }

    /** What it names. */
    public abstract DomainObject hosted();

    /**
     * The domain that hosts an object, and the client that an id of it belongs to. What a domain returns to one client
     * shares one of these, as there may be a million objects of few domains and clients. Only an object that further
     * clients have ids for needs one of its own, which leads to those ids.
     */
    public static final class Hosting {

        private final Client client;
        private final Domain domain;
        /**
         * The first of the further ids of the object that this belongs to; null if it is shared. The last one leads to
         * the object itself. Guarded by the object.
         */
        private ObjectId further;

        /** @param client null for what no client registered for */
        public Hosting(Client client, Domain domain) {
            this(client, domain, null);
        }

        private Hosting(Client client, Domain domain, ObjectId further) {
            this.client = client;
            this.domain = domain;
            this.further = further;
        }

        /** Null for what no client registered for, or not yet. */
        public Client client() {
            return client;
        }

        public Domain domain() {
            return domain;
        }

        /** The same domain for a client. */
        Hosting of(Client other) {
            return client == other ? this : new Hosting(other, domain);
        }

        /** What other objects of the same domain and client can share. */
        public Hosting shared() {
            return isShared() ? this : new Hosting(client, domain);
        }

        boolean isShared() {
            return further == null;
        }

        /** For an object that is about to have further ids; it has none yet. */
        Hosting alone(DomainObject object) {
            return isShared() ? new Hosting(client, domain, object) : this;
        }

        ObjectId further() {
            return further;
        }

        void further(ObjectId id) {
            further = id;
        }
    }
}
