// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Permissions, as all parts of Ermine ask for them. A {@link org.ermine.tee.spi.policy.PermissionPolicy} of another bundle judges; {@link
 * org.ermine.tee.core.permissions.EnforcedPermissions} asks it, knows what holds while there is none, and keeps account of what
 * was refused.
 *
 * <p>It has no threads. No lock is held while a policy, a listener or the framework is called: {@code EnforcedPermissions} has
 * lists that are copied when they change, the policies and the listeners; {@code AnnouncedPolicies} a concurrent set, the bundles
 * that say they offer a policy; the monitor of {@code Refusals} guards what was refused.
 */
package org.ermine.tee.core.permissions;
