// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.permissions.impl;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;

/**
 * Finds the signers of every entry of a jar. A jar counts as signed only as a whole: if one entry is not signed, was
 * changed, or is signed but missing, the jar has no signers.
 */
final class SignedJar {

    /** The files that carry the signatures, and so cannot be signed themselves. */
    private static final Pattern SIGNATURE_FILE = Pattern.compile("META-INF/(MANIFEST\\.MF|[^/]+\\.(SF|RSA|DSA|EC))");

    private final JarFile jar;
    /** The signers of all entries that were read so far; null before the first entry. */
    private Map<String, List<X509Certificate>> signers;

    private SignedJar(JarFile jar) {
        this.jar = jar;
    }

    static Signature verify(Path file) {
        try (JarFile jar = new JarFile(file.toFile(), true)) {
            return new SignedJar(jar).verify();
        } catch (SecurityException | IOException e) {
            return Signature.none("it was changed after it was signed: " + e.getMessage());
        }
    }

    private Signature verify() throws IOException {
        Manifest manifest = jar.getManifest();
        if (manifest == null) {
            return Signature.none("it has no manifest");
        }
        for (JarEntry entry : Collections.list(jar.entries())) {
            if (!entry.isDirectory() && !SIGNATURE_FILE.matcher(entry.getName()).matches()) {
                String problem = add(entry);
                if (problem != null) {
                    return Signature.none(problem);
                }
            }
        }
        for (String named : manifest.getEntries().keySet()) {
            if (!named.endsWith("/") && jar.getEntry(named) == null) {
                return Signature.none("its entry " + named + " is missing");
            }
        }
        return signers == null ? Signature.none("it has nothing that could be signed") : Signature.of(signers);
    }

    /**
     * Takes the signers of an entry into account. Returns why the jar does not count as signed; null if it still may.
     */
    private String add(JarEntry entry) throws IOException {
        try (InputStream content = jar.getInputStream(entry)) {
            // Only what was read to its end has been verified.
            content.transferTo(OutputStream.nullOutputStream());
        }
        CodeSigner[] entrySigners = entry.getCodeSigners();
        if (entrySigners == null) {
            return "its entry " + entry.getName() + " is not signed";
        }
        Map<String, List<X509Certificate>> found = new TreeMap<>();
        for (CodeSigner signer : entrySigners) {
            List<X509Certificate> chain = signer.getSignerCertPath().getCertificates().stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            found.put(Certificates.fingerprint(chain.get(0)), chain);
        }
        if (signers == null) {
            signers = found;
        }
        signers.keySet().retainAll(found.keySet());
        return signers.isEmpty() ? "its entry " + entry.getName() + " is not signed by those who signed others" : null;
    }
}
