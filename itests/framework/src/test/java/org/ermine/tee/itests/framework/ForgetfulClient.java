// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.sealed.SealedOutputStream;
import org.ermine.tee.sealed.SealedStorage;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/**
 * Opens as many streams of sealed storage as its bundle may, writes and reads a chunk in each, and stops without
 * closing any.
 */
public final class ForgetfulClient implements BundleActivator {

    private static final int STREAMS_EACH_WAY = 2;
    private static final int CHUNK = 124 * 4096;

    private final List<AutoCloseable> open = new ArrayList<>();

    static TestBundle bundle() {
        return new TestBundle(ForgetfulClient.class, "org.ermine.tee.sealed");
    }

    @Override
    public void start(BundleContext context) throws Exception {
        SealedStorage storage = context.getService(context.getServiceReference(SealedStorage.class));
        storage.seal("kept", new byte[2 * CHUNK]);
        for (int i = 0; i < STREAMS_EACH_WAY; i++) {
            SealedOutputStream out = storage.create("kept");
            out.write(new byte[2 * CHUNK]);
            open.add(out);
            var in = storage.open("kept");
            in.read();
            open.add(in);
        }
    }

    @Override
    public void stop(BundleContext context) {
        if (open.size() != 2 * STREAMS_EACH_WAY) {
            throw new IllegalStateException(open.size() + " streams are open");
        }
    }
}
