// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.lang.annotation.Annotation;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.fakes.Fake;
import org.ermine.tee.sealed.connection.TestConnections;
import org.ermine.tee.sealed.devices.DeviceService;
import org.ermine.tee.sealed.limit.SealedStorageConfiguration;
import org.ermine.tee.spi.support.DurableFiles.NameForcer;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.osgi.framework.Bundle;

/** The bundles of one framework that use sealed storage, and what they share. */
public final class TestBundles implements AutoCloseable {

    /** The symbolic name of a bundle that may administer. */
    static final String ADMINISTRATOR = "org.example.admin";

    /** Longer than any test. */
    private static final long FOR_EVER = 3_600_000;

    private final TestConnections connections;
    private final Map<String, Bundle> all = new ConcurrentHashMap<>();

    private TestBundles(int maxOpenPerOwner, long maxWaitMillis, long idleMillis) {
        connections = new TestConnections(configuration(maxOpenPerOwner, maxWaitMillis, idleMillis));
    }

    public static TestBundles on(TeeDevice device) {
        return on(device, defaultOpen(), 0, FOR_EVER);
    }

    /** Gives each bundle a device of its own. */
    static TestBundles on(DeviceService device) {
        TestBundles bundles = new TestBundles(defaultOpen(), 0, FOR_EVER);
        bundles.setDevice(device);
        return bundles;
    }

    /** How many objects a bundle may have open where nothing is configured. */
    static int defaultOpen() {
        try {
            return (int) SealedStorageConfiguration.class
                    .getDeclaredMethod("maxOpenPerOwner")
                    .getDefaultValue();
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    /** What goes beyond a share is refused at once. */
    static TestBundles on(TeeDevice device, int maxOpenPerOwner, long idleMillis) {
        return on(device, maxOpenPerOwner, 0, idleMillis);
    }

    static TestBundles on(TeeDevice device, int maxOpenPerOwner, long maxWaitMillis, long idleMillis) {
        TestBundles bundles = new TestBundles(maxOpenPerOwner, maxWaitMillis, idleMillis);
        bundles.setDevice(device);
        return bundles;
    }

    SealedStorageAdminClient admin(String bundle) {
        return new SealedStorageAdminClient(
                connections.shared(),
                all.computeIfAbsent(SealedStorageProtocol.KEEPER, TestBundles::bundle),
                all.computeIfAbsent(bundle, TestBundles::bundle),
                bundle);
    }

    public SealedStorageClient client(String owner) {
        return client(owner, NameForcer.REAL);
    }

    SealedStorageClient client(String owner, NameForcer names) {
        Bundle bundle = all.computeIfAbsent(owner, TestBundles::bundle);
        return new SealedStorageClient(connections.shared(), bundle, owner, names);
    }

    private static Bundle bundle(String owner) {
        return Fake.answering(Bundle.class, Map.of("getSymbolicName", owner, "toString", owner));
    }

    void setDevice(TeeDevice device) {
        setDevice(new SharedDevice(device));
    }

    void setDevice(DeviceService device) {
        connections.set(device);
    }

    void unsetDevice(TeeDevice device) {
        unsetDevice(new SharedDevice(device));
    }

    void unsetDevice(DeviceService device) {
        connections.unset(device);
    }

    void configure(int maxOpenPerOwner, long idleMillis) {
        configure(maxOpenPerOwner, 0, idleMillis);
    }

    void configure(int maxOpenPerOwner, long maxWaitMillis, long idleMillis) {
        connections.configure(configuration(maxOpenPerOwner, maxWaitMillis, idleMillis));
    }

    @Override
    public void close() {
        connections.close();
    }

    private static SealedStorageConfiguration configuration(int maxOpenPerOwner, long maxWaitMillis, long idleMillis) {
        return new SealedStorageConfiguration() {
            @Override
            public Class<? extends Annotation> annotationType() {
                return SealedStorageConfiguration.class;
            }

            @Override
            public int maxOpenPerOwner() {
                return maxOpenPerOwner;
            }

            @Override
            public long maxWaitMillis() {
                return maxWaitMillis;
            }

            @Override
            public long idleMillis() {
                return idleMillis;
            }

            @Override
            public String[] administrators() {
                return new String[] {ADMINISTRATOR, "org.example.another.admin, org.example.third.admin"};
            }
        };
    }
}
