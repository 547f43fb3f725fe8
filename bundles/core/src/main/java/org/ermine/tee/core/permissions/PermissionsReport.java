// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.permissions;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.threads.OwnerThreads;
import org.ermine.tee.runtime.PermissionsDTO;
import org.ermine.tee.runtime.RefusalDTO;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * Tells what a policy permits, and which refusals it would repeat. The policy is asked on a thread of its own, so that
 * one that does not return holds up nobody who wants to know the state.
 */
final class PermissionsReport {

    /** How long a policy is waited for. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    /** How long it is asked about refusals; those that are left then are listed. */
    static final Duration ASKING = Duration.ofMillis(100);

    private final BundleContext bundle;
    private final Refusals refusals;
    private final OwnerThreads<String> policies;
    private final LongSupplier clock;

    /**
     * @param policies the threads on which policies are asked, by the names of their bundles
     * @param clock in nanoseconds
     */
    PermissionsReport(BundleContext bundle, Refusals refusals, OwnerThreads<String> policies, LongSupplier clock) {
        this.bundle = bundle;
        this.refusals = refusals;
        this.policies = policies;
        this.clock = clock;
    }

    /** Says whether a bundle may do something. */
    @FunctionalInterface
    interface Decision {
        /** Returns why it may not; null if it may. */
        String objection(Bundle bundle, Right right, String name);
    }

    /** What is permitted by a policy, and what was refused. */
    PermissionsDTO of(OfferedPolicy policy) {
        AtomicReference<PermissionsDTO> told = new AtomicReference<>();
        policies.ask(policy.name(), () -> told.set(asked(policy)), PATIENCE);
        PermissionsDTO dto = told.get() == null ? unanswered() : told.get();
        dto.enforcedBy = policy.name();
        return dto;
    }

    private PermissionsDTO asked(OfferedPolicy policy) {
        PermissionsDTO dto = new PermissionsDTO();
        try {
            PermissionsDTO described = new PermissionsDTO();
            policy.policy().describe(described);
            dto.rules = texts(described.rules);
            dto.leftOpen = texts(described.leftOpen);
            dto.failure = Objects.requireNonNullElse(described.failure, "");
        } catch (Throwable e) {
            dto.failure = "what it permits cannot be told: " + FailureText.of(e);
        }
        dto.refusals = stillRefused(policy::objection);
        return dto;
    }

    private PermissionsDTO unanswered() {
        PermissionsDTO dto = new PermissionsDTO();
        dto.failure = "what it permits cannot be told: it does not answer within " + PATIENCE.toMillis() + " ms";
        dto.refusals = stillRefused(refusal -> true);
        return dto;
    }

    /** Returns a copy: a policy may leave elements or the whole array null, and may change the array later. */
    private static String[] texts(String[] described) {
        return described == null
                ? new String[0]
                : Stream.of(described).filter(Objects::nonNull).toArray(String[]::new);
    }

    /** For each bundle and option the latest of its refusals that would be repeated. */
    RefusalDTO[] stillRefused(Decision decision) {
        long end = clock.getAsLong() + ASKING.toNanos();
        return stillRefused(refusal -> clock.getAsLong() - end >= 0 || isStillRefused(refusal, decision));
    }

    private RefusalDTO[] stillRefused(Predicate<RefusalDTO> isRefused) {
        return refusals.kept().stream()
                .map(names -> lastOf(names, isRefused))
                .filter(Objects::nonNull)
                .toArray(RefusalDTO[]::new);
    }

    private static RefusalDTO lastOf(List<RefusalDTO> names, Predicate<RefusalDTO> isRefused) {
        return names.stream().filter(isRefused).findFirst().orElse(null);
    }

    /** Whether the bundle would hear the same again. One that is gone asks no more: what it heard holds for good. */
    private boolean isStillRefused(RefusalDTO refusal, Decision decision) {
        Bundle refused = bundle.getBundle(refusal.bundleId);
        return refused == null || decision.objection(refused, right(refusal.option), refusal.name) != null;
    }

    private static Right right(String option) {
        return Arrays.stream(Right.values())
                .filter(right -> right.option().equals(option))
                .findFirst()
                .orElseThrow();
    }
}
