// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.permissions.impl;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** The questions about the certificates of signers. */
final class Certificates {

    private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
    private static final String ANY_USAGE = "2.5.29.37.0";

    private Certificates() {}

    /** Returns the SHA-256 of the certificate, in lower-case hexadecimal. */
    static String fingerprint(X509Certificate certificate) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was decoded cannot be encoded", e);
        }
    }

    static String describe(X509Certificate certificate) {
        return certificate.getSubjectX500Principal() + " with the certificate " + fingerprint(certificate);
    }

    /** Returns why a certificate is not valid at present; null if it is. */
    static String invalidity(X509Certificate certificate) {
        try {
            certificate.checkValidity();
            return null;
        } catch (CertificateException e) {
            return "the certificate of " + certificate.getSubjectX500Principal() + " is valid from "
                    + certificate.getNotBefore().toInstant() + " to "
                    + certificate.getNotAfter().toInstant();
        }
    }

    /**
     * Returns why a chain, the signer's own certificate first, does not lead to one of the authorities; null if it
     * does.
     */
    static String distrust(List<X509Certificate> chain, Set<String> authorities) {
        for (int i = 0; i < chain.size(); i++) {
            if (authorities.contains(fingerprint(chain.get(i)))) {
                return i == 0 ? invalidity(chain.get(0)) : distrust(chain.subList(0, i), chain.get(i));
            }
        }
        return "no authority vouches for " + describe(chain.get(0));
    }

    private static String distrust(List<X509Certificate> chain, X509Certificate authority) {
        String invalid = invalidity(authority);
        if (invalid != null) {
            return invalid;
        }
        try {
            List<String> usage = chain.get(0).getExtendedKeyUsage();
            if (usage != null && !usage.contains(CODE_SIGNING) && !usage.contains(ANY_USAGE)) {
                return "the certificate of " + chain.get(0).getSubjectX500Principal() + " is not for signing code";
            }
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
            // Whoever revokes a certificate takes the rule away: there may be no network to ask on.
            parameters.setRevocationEnabled(false);
            CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(chain);
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
            return null;
        } catch (CertificateParsingException e) {
            return "the certificate of " + chain.get(0).getSubjectX500Principal() + " is malformed: " + e.getMessage();
        } catch (GeneralSecurityException e) {
            return "the certificate of " + chain.get(0).getSubjectX500Principal() + " is not accepted: "
                    + e.getMessage();
        }
    }
}
