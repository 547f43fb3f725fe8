// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.permissions.impl;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The signers of all parts of something. Immutable.
 *
 * @param signers chains of certificates, the signer's own first, by its fingerprint
 * @param problem why there are none; null if there are
 */
record Signature(Map<String, List<X509Certificate>> signers, String problem) {

    static Signature none(String problem) {
        return new Signature(Map.of(), problem);
    }

    static Signature of(Map<String, List<X509Certificate>> signers) {
        return new Signature(Map.copyOf(signers), null);
    }

    /** The signers that both have in common. */
    Signature and(Signature other, String otherName) {
        if (problem != null) {
            return this;
        }
        if (other.problem != null) {
            return none(otherName + ": " + other.problem);
        }
        Map<String, List<X509Certificate>> common = new TreeMap<>(signers);
        common.keySet().retainAll(other.signers.keySet());
        return common.isEmpty() ? none(otherName + " is signed by others") : of(common);
    }

    /** The reason why the bundle does not count as signed; null if it does. */
    String objection(Signer signer, Set<String> authorities) {
        if (problem != null) {
            return problem;
        }
        List<String> objections = signers.values().stream()
                .map(chain -> signer.objection(chain, authorities))
                .map(objection -> objection == null ? "" : objection)
                .toList();
        return objections.contains("")
                ? null
                : objections.stream().filter(Predicate.not(String::isEmpty)).collect(Collectors.joining("; "));
    }
}
