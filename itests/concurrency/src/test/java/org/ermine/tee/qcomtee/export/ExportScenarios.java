// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.export;

import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.together;

import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.itests.concurrency.AnnouncingHost;
import org.ermine.tee.qcomtee.limit.ContextShares;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.qcomtee.limit.DeviceShares;

/** Objects that QTEE knows of the normal world, while two threads end them or take references. */
final class ExportScenarios {

    private static final long LONG = 1L << 60;
    private static final DeviceLimits LIMITS = new DeviceLimits(LONG, 0, 1, 10, 10, 1, 1, LONG, 1, LONG, LONG, LONG, 4);

    private ExportScenarios() {}

    /** QTEE gives both references with an id back at once. */
    record TwoReleasesOfExport() implements Runnable {
        @Override
        public void run() {
            ExportTable exports = new ExportTable(2, new OwnerShares("objects", 2, "none"));
            Counted object = new Counted();
            int id = export(exports, object.object);
            exports.retain(id);
            together(() -> exports.release(id), () -> exports.release(id));
            require(exports.acquire(id) == null, "an id is left");
            require(object.isGone(), "a reference is left");
        }
    }

    /** QTEE releases an object while it names it in a message. */
    record ReleaseBesideAcquire() implements Runnable {
        @Override
        public void run() {
            ExportTable exports = new ExportTable(2, new OwnerShares("objects", 2, "none"));
            Counted object = new Counted();
            int id = export(exports, object.object);
            together(() -> exports.release(id), () -> {
                ExportedObject used = exports.acquire(id);
                if (used != null) {
                    require(!object.isGone(), "gone while in use");
                    used.release();
                }
            });
            require(object.isGone(), "a reference is left");
        }
    }

    /** The device ends while QTEE releases an object. */
    record ClearBesideRelease() implements Runnable {
        @Override
        public void run() {
            ExportTable exports = new ExportTable(2, new OwnerShares("objects", 2, "none"));
            Counted object = new Counted();
            int id = export(exports, object.object);
            boolean[] released = new boolean[1];
            int[] cleared = new int[1];
            together(() -> cleared[0] = exports.clear(), () -> released[0] = exports.release(id));
            require(released[0] == (cleared[0] == 0), "let go twice, or never");
            require(object.isGone(), "a reference is left");
        }
    }

    /** An object whose context knows when it is gone. */
    private static final class Counted {

        private final AnnouncingHost host = new AnnouncingHost();
        private final ContextShares shares = ContextShares.enter(DeviceShares.of(LIMITS), host.owner());
        final ExportedObject object = new UserObject(new ContextObjects(host, null, null, shares, 1), 7);

        Counted() {
            ((UserObject) object).endUnannounced();
        }

        boolean isGone() {
            return host.references() == 1;
        }
    }

    private static int export(ExportTable exports, ExportedObject object) {
        try {
            return exports.export(object);
        } catch (TeeException e) {
            throw new IllegalStateException(e);
        }
    }
}
