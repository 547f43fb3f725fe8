// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ermine.tee.itests.chaos.ledger.Lane;
import org.ermine.tee.itests.chaos.ledger.Ledger;
import org.ermine.tee.itests.chaos.ledger.Owner;
import org.ermine.tee.itests.chaos.tee.Caller;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** A client bundle: some threads that make requests until the bundle ends. Its stop does not wait for them. */
public final class Activator implements BundleActivator {

    public static final String NAME = "Chaos-Client";
    public static final String THREADS = "Chaos-Threads";

    private Owner owner;
    private final List<Client> clients = new ArrayList<>();

    @Override
    public void start(BundleContext context) {
        Ledger ledger = context.getService(context.getServiceReference(Ledger.class));
        String name = context.getBundle().getHeaders().get(NAME);
        int threads = Integer.parseInt(context.getBundle().getHeaders().get(THREADS));
        owner = ledger.owner(name);
        Caller caller = new Caller(context, ledger, owner);
        for (int i = 0; i < threads; i++) {
            Lane lane = ledger.lane(name + "-" + i);
            Client client = new Client(
                    caller, lane, new Random(ledger.seed() + lane.toString().hashCode()));
            clients.add(client);
            client.start();
        }
    }

    @Override
    public void stop(BundleContext context) {
        owner.ending();
        clients.forEach(Client::end);
    }
}
