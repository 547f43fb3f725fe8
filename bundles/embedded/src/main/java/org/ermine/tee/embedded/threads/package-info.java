// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Daemon threads that Ermine's bundles begin, as a rule on the stacks of others: of clients, and of bundles that
 * register services.
 */
package org.ermine.tee.embedded.threads;
