// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Ermine's own components, put together without a framework: {@link org.ermine.tee.testing.impl.LocalFramework} is as much of a
 * service registry as they use, and an {@code Assembly} beside the components of each bundle does what their component
 * descriptions say. These stand in the bundles' own packages, so that nothing has to be opened up for tests; therefore all of
 * this works on the class path only, never in an OSGi framework.
 *
 * <p>Not for use by tests, which use {@code org.ermine.tee.testing}.
 */
package org.ermine.tee.testing.impl;
