// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.fakes;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.spi.ContextHost;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.TeeDriver;

/** A TEE in memory that does what a test tells it to. */
public class FakeDriver implements TeeDriver {

    public final List<FakeContext> contexts = new CopyOnWriteArrayList<>();
    public volatile TeeException openFailure;
    /** Run while a context opens. */
    public volatile Runnable onOpen = () -> {};

    @Override
    public TeeVersion version() {
        return new TeeVersion(TeeVersion.QTEE, 0, TeeVersion.OBJECTS, "5.2.0");
    }

    @Override
    public DriverContext open(ContextHost host) throws TeeException {
        if (openFailure != null) {
            throw openFailure;
        }
        onOpen.run();
        FakeContext context = new FakeContext(host);
        contexts.add(context);
        return context;
    }

    @Override
    public int pendingReleases() {
        return 7;
    }

    /** The context that was opened last. */
    public FakeContext last() {
        return contexts.get(contexts.size() - 1);
    }
}
