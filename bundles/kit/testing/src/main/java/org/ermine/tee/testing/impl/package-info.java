// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Ermine's own components, put together without a framework: {@link org.ermine.tee.testing.impl.LocalFramework} is as
 * much of a service registry as they use, and {@link org.ermine.tee.testing.impl.ComponentRuntime} wires components as
 * the descriptions in their bundles say, as Declarative Services do. Nothing of the wiring stands here: a reference
 * that a component gets is wired, and what a description says that is not known here is refused by its name. Bundles
 * are found on the class path by their symbolic names, so all of this works there only, never in an OSGi framework.
 *
 * <p>Not for use by tests, which use {@code org.ermine.tee.testing}.
 */
package org.ermine.tee.testing.impl;
