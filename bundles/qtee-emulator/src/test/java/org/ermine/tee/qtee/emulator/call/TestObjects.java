// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qtee.emulator.limit.SecureHeap;
import org.ermine.tee.qtee.emulator.message.AsyncReleases;
import org.ermine.tee.qtee.emulator.normalworld.NormalWorld;
import org.ermine.tee.qtee.emulator.object.DomainObjectTable;

/** A secure world with a table of objects and nothing else. */
final class TestObjects {

    private TestObjects() {}

    /** A table of which a client may fill ten places. */
    static DomainObjectTable table(CallPool calls) {
        return new DomainObjectTable(
                10,
                new OwnerShares("objects", 10, "none"),
                new SecureHeap(1 << 20),
                calls,
                (op, arguments) -> {},
                new RepeatLog(line -> {}));
    }

    /** A call to one of these objects. */
    static TrustedCall call(DomainObjectTable objects, CallPool calls, AsyncReleases releases) {
        return new TrustedCall(new NormalWorld(new TestMemory(), calls, releases), objects, releases, 1024);
    }
}
