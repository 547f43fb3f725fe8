// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The health checks, with the limits that an operator sets for them.
 *
 * <p>The package knows what {@code TeeRuntime} tells, and when that is no good sign. It does not know how the state was
 * found, nor who asks. Each check is a component of its own; the package of health checks is optional, and without it
 * there are no checks.
 *
 * <p>The limits in force are immutable and replaced as a whole. {@code ReleasesCheck} guards by {@code this} what it
 * saw last, in order to tell what was added since; the other checks keep nothing.
 */
@RequireTee
package org.ermine.tee.monitor.health;

import org.ermine.tee.RequireTee;
