// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Services that bundles register and Ermine calls, as far as the operator's permissions let their bundles offer them.
 * For Ermine's own bundles that take such services: handlers, trusted services, trusted applications.
 *
 * <p>{@link org.ermine.tee.embedded.whiteboard.OfferedServices} follows the framework's service events and the changes
 * of permissions. What is done with a service, a bundle says by {@link org.ermine.tee.embedded.whiteboard.ServiceUse}.
 */
package org.ermine.tee.embedded.whiteboard;
