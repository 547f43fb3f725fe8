// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What an operator's tools want to know of Ermine, told in their terms. Everything comes from {@code TeeRuntime};
 * nothing is kept.
 *
 * <ul>
 *   <li>Offers Felix Health Checks (tag {@code ermine}), an Inventory printer (text and JSON), and, where there is an
 *       EventAdmin, posts events under {@code org/ermine/tee/}.
 *   <li>What is told to people and for programs that ask again and again has a bound: the first ones of very many are
 *       told, and how many more there are. Only the Inventory's archives hold everything.
 *   <li>Has statistics in JMX, as {@code org.ermine.tee:type=Statistics}, where Java has that.
 *   <li>Needs: {@link org.ermine.tee.runtime.TeeRuntime}. The packages of health checks, inventory, events and
 *       Configuration Admin are optional: a part whose package is missing is not there.
 *   <li>Threads: none of its own. {@code EventPoster} guards what it knows by {@code this}.
 * </ul>
 *
 * <p>This package has the parts that are one class each; health checks and JMX have packages of their own, and how the
 * state is written down stands in {@code state}.
 */
@RequireTee
package org.ermine.tee.monitor.impl;

import org.ermine.tee.RequireTee;
