// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * A live picture of Ermine in the Felix Web Console: what is open, by whom, what waits for what. It shows, and changes
 * nothing.
 *
 * <ul>
 *   <li>Offers one plugin, label {@code ermine}: a {@code jakarta.servlet.Servlet} where the console is of generation
 *       5, a {@code javax.servlet.Servlet} where it is older, as in Karaf 4. {@link
 *       org.ermine.tee.webconsole.impl.PluginChoice} decides; both hand over to {@link
 *       org.ermine.tee.webconsole.impl.Page},
 *       which knows no servlet.
 *   <li>Needs: {@link org.ermine.tee.runtime.TeeRuntime}. Who may look is up to the console.
 *   <li>Threads: none of its own. Browsers ask again and again, and {@link org.ermine.tee.webconsole.impl.SharedState}
 *       answers all of them with one snapshot; while nobody asks, none is taken.
 * </ul>
 */
@RequireTee
package org.ermine.tee.webconsole.impl;

import org.ermine.tee.RequireTee;
