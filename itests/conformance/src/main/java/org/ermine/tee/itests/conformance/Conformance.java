// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which tests prove which statement, and what is wrong with that. */
final class Conformance {

    /** A test that claims a statement, and how it ended. */
    record Proof(Claim claim, Outcome outcome) {}

    private final Map<String, Statement> statements;
    private final Map<String, List<Proof>> proofs = new TreeMap<>();
    private final List<String> errors = new ArrayList<>();

    Conformance(Map<String, Statement> statements, List<Claim> claims, Map<TestMethod, Outcome> outcomes) {
        this.statements = statements;
        for (Claim claim : claims) {
            Proof proof = new Proof(claim, outcomes.getOrDefault(claim.method(), Outcome.NOT_RUN));
            claim.ids().forEach(id -> add(id, proof));
        }
    }

    private void add(String id, Proof proof) {
        Statement statement = statements.get(id);
        if (statement == null) {
            errors.add(proof.claim().method() + " names " + id + ", which is no statement");
        } else if (!statement.isApplicable()) {
            errors.add(proof.claim().method() + " proves " + id + ", which is said to be not applicable");
        }
        proofs.computeIfAbsent(id, key -> new ArrayList<>()).add(proof);
    }

    Iterable<Statement> statements() {
        return statements.values();
    }

    List<Proof> proofs(Statement statement) {
        return proofs.getOrDefault(statement.id(), List.of());
    }

    /** Claims that cannot be right, whatever their tests' results. */
    List<String> errors() {
        return errors;
    }

    /** The applicable statements that are not proven. */
    List<Statement> open() {
        return statements.values().stream()
                .filter(statement -> statement.isApplicable() && !isProven(statement))
                .toList();
    }

    /** Whether a test passed, and none failed or was left out. */
    private boolean isProven(Statement statement) {
        List<Proof> tests = proofs(statement);
        return tests.stream().anyMatch(proof -> proof.outcome() == Outcome.PASSED)
                && tests.stream().allMatch(proof -> proof.outcome().compareTo(Outcome.NOT_RUN) < 0);
    }
}
