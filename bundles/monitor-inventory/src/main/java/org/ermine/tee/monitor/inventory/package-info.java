// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The state of Ermine for Apache Felix Inventory, in text and JSON.
 *
 * <p>The bundle needs {@link org.ermine.tee.runtime.TeeRuntime}, and the bundle {@code org.ermine.tee.monitor}, which
 * writes the state down. It offers one {@code InventoryPrinter}, and has no threads, no locks and no state. What is
 * shown to people has a limit: of very many things the first ones are shown, and how many more there are. Only the
 * archives hold everything.
 */
@RequireTee
package org.ermine.tee.monitor.inventory;

import org.ermine.tee.RequireTee;
