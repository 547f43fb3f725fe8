// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.permissions.impl;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.embedded.log.RepeatLog;
import org.osgi.framework.Bundle;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the signers of bundles. A bundle with fragments counts as signed by those that signed all of them. Thread safe;
 * what was found for a bundle is kept until the bundle is updated.
 */
final class Signatures {

    private static final Logger LOG = LoggerFactory.getLogger(Signatures.class);

    private static final int MAX_FOUND = 1024;

    private record Found(long lastModified, Signature signature) {}

    /** Logs what a bundle can repeat by being updated again and again. */
    private final RepeatLog problems = new RepeatLog(LOG::warn);

    private final Map<Long, Found> found = new ConcurrentHashMap<>();

    Signature of(Bundle bundle) {
        long before = bundle.getLastModified();
        Signature signature = ofContent(bundle);
        for (BundleRevision fragment : fragments(bundle)) {
            signature = signature.and(ofFragment(fragment), "its fragment " + fragment.getSymbolicName());
        }
        return bundle.getLastModified() == before ? signature : Signature.none("it is being updated");
    }

    /** Returns the signature of a fragment. The content of an older revision cannot be read any more. */
    private Signature ofFragment(BundleRevision fragment) {
        Bundle bundle = fragment.getBundle();
        return bundle.adapt(BundleRevision.class) == fragment
                ? ofContent(bundle)
                : Signature.none("it was updated and not refreshed");
    }

    private Signature ofContent(Bundle bundle) {
        long lastModified = bundle.getLastModified();
        Found known = found.get(bundle.getBundleId());
        if (known != null && known.lastModified == lastModified) {
            return known.signature;
        }
        Signature signature = verify(bundle);
        if (bundle.getLastModified() == lastModified) {
            makeRoom();
            found.put(bundle.getBundleId(), new Found(lastModified, signature));
        }
        return signature;
    }

    /**
     * Removes some entries, as bundles may be uninstalled. Bundles that are still there are verified again on demand.
     */
    private void makeRoom() {
        if (found.size() >= MAX_FOUND) {
            found.clear();
        }
    }

    private Signature verify(Bundle bundle) {
        try {
            Path file = Files.createTempFile("ermine", ".jar");
            try {
                BundleJar.write(bundle, file);
                return SignedJar.verify(file);
            } finally {
                Files.delete(file);
            }
        } catch (Throwable e) {
            // Whatever a bundle brings about in who reads it, an Error too, speaks against that bundle only.
            problems.tell(bundle.getBundleId(), () -> "the signature of " + bundle + " cannot be verified: " + e);
            return Signature.none("its signature cannot be verified: " + e.getMessage());
        }
    }

    private static List<BundleRevision> fragments(Bundle bundle) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        List<BundleRevision> fragments = new ArrayList<>();
        if (wiring != null) {
            for (BundleWire wire : wiring.getProvidedWires(HostNamespace.HOST_NAMESPACE)) {
                fragments.add(wire.getRequirer());
            }
        }
        return fragments;
    }
}
