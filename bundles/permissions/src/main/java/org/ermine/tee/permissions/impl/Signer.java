// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.permissions.impl;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/** A signer by whom a bundle must be signed. Immutable. */
sealed interface Signer {

    /**
     * Returns why a chain of certificates, the signer's own first, is not this signer's at present; null if it is.
     *
     * @param authorities fingerprints of the certificates that vouch for names
     */
    String objection(List<X509Certificate> chain, Set<String> authorities);

    /** The owner of one certificate, and of no other. */
    record Certificate(String fingerprint) implements Signer {

        @Override
        public String objection(List<X509Certificate> chain, Set<String> authorities) {
            return Certificates.fingerprint(chain.get(0)).equals(fingerprint)
                    ? Certificates.invalidity(chain.get(0))
                    : "it is signed by " + Certificates.describe(chain.get(0));
        }
    }

    /** A signer to whom an authority gives this name. */
    record Name(X500Principal name) implements Signer {

        @Override
        public String objection(List<X509Certificate> chain, Set<String> authorities) {
            return chain.get(0).getSubjectX500Principal().equals(name)
                    ? Certificates.distrust(chain, authorities)
                    : "it is signed by " + Certificates.describe(chain.get(0));
        }
    }
}
