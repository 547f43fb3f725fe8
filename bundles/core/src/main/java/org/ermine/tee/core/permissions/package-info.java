// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Permissions, as all parts of Ermine ask for them. A {@link org.ermine.tee.spi.policy.PermissionPolicy} of another
 * bundle decides what is permitted. {@link org.ermine.tee.core.permissions.EnforcedPermissions} asks that policy, knows
 * what holds while there is none, and counts what was refused.
 *
 * <p>Policies are told who listens to them, and are asked what they permit in general, on threads of their own ({@code
 * ermine-policy}), which are there as long as there is something to ask: one that does not return is not waited for.
 * What it decides in particular is asked on the thread of whoever wants to know. No lock is held while a policy, a
 * listener or the framework is called. {@code EnforcedPermissions} keeps the policies and the listeners in lists that
 * are copied when they change. {@code AnnouncedPolicies} keeps the bundles that announce a policy in a concurrent set.
 * The monitor of {@code Refusals} guards what was refused.
 */
package org.ermine.tee.core.permissions;
