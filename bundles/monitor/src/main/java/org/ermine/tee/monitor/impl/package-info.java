// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What an operator's tools want to know of Ermine, in the terms of these tools. Everything comes from
 * {@code TeeRuntime}; nothing is kept.
 *
 * <ul>
 * <li>The bundle offers Felix Health Checks (tag {@code ermine}) and an Inventory printer (text and JSON). Where there
 *     is an EventAdmin, it posts events under {@code org/ermine/tee/}.
 * <li>What is shown to people, and to programs that ask again and again, has a limit: of very many things the first
 *     ones are shown, and how many more there are. Only the Inventory's archives hold everything.
 * <li>It shows statistics in JMX, as {@code org.ermine.tee:type=Statistics}, where Java has JMX.
 * <li>It needs {@link org.ermine.tee.runtime.TeeRuntime}. The packages of health checks, inventory, events and
 *     Configuration Admin are optional: a part whose package is missing is not started.
 * <li>It has no threads of its own. {@code EventPoster} guards by {@code this} what it knows.
 * </ul>
 *
 * <p>This package has the parts that are one class each. Health checks and JMX have packages of their own, and the
 * package {@code state} writes the state down.
 */
@RequireTee
package org.ermine.tee.monitor.impl;

import org.ermine.tee.RequireTee;
