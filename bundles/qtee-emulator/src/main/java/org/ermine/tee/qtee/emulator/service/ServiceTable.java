// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.service;

import java.util.Map;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.DomainObject;
import org.ermine.tee.qtee.emulator.object.DomainObjectTable;
import org.ermine.tee.qtee.emulator.object.TrustedCode;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;

/** The trusted services by UID: QTEE's own, and those found on the whiteboard. Thread safe. */
public final class ServiceTable {

    static final TeeResult NOT_FOUND = TeeResult.of(10);
    static final TeeResult PRIVILEGE = TeeResult.of(11);

    /** A service and the domain of all the objects that it hands out. */
    private record Host(TrustedService service, Domain domain) {}

    private final Whiteboard<Integer, Host> hosts = new Whiteboard<>();
    private DomainObjectTable objects;

    /** Where objects of services are known; set once, before anything is added. */
    public void attach(DomainObjectTable table) {
        objects = table;
    }

    public void add(int uid, TrustedService service, Map<String, ?> properties) {
        hosts.add(uid, new Host(service, new Domain("trusted service " + uid, objects)), properties);
    }

    /** The service is gone: its objects become DEFUNCT, without being told. */
    public void remove(TrustedService service) {
        for (Host host : hosts.remove(host -> host.service() == service)) {
            objects.end(host.domain(), false);
        }
    }

    public void clear() {
        for (Host host : hosts.remove(host -> true)) {
            objects.end(host.domain(), true);
        }
    }

    /**
     * Opens a service.
     *
     * @return its object, with a hold for the caller
     */
    public DomainObject open(int uid, TrustedClient client) throws TeeException {
        Host host = hosts.find(uid);
        if (host == null) {
            throw new TeeException(NOT_FOUND, "there is no service " + Integer.toUnsignedString(uid));
        }
        TrustedObject object =
                TrustedCode.call(host.domain(), "open()", () -> host.service().open(client));
        return objects.host(object, host.domain());
    }
}
