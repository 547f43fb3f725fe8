// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Whose objects are whose: drawers, who may use which, and how much may be in each. Knows nothing of how objects are
 * stored.
 *
 * <p>Each client has a {@linkplain org.ermine.tee.ta.sealedstorage.drawers.Drawer drawer} of its own, {@code
 * bundle/(symbolic name)} for a bundle, {@code uid/(number)} for whoever tells no name; nobody else can use it unless a
 * {@linkplain org.ermine.tee.ta.sealedstorage.drawers.DrawerRules rule} says so. All others are shared, and used by
 * whom rules let. One of them, {@code common}, has what was sealed before there were drawers, when everybody saw
 * everything; by default that is still so.
 *
 * <p>A rule is the permission for a drawer, and there is no second one: it is kept and enforced where the drawers are.
 * The normal world decides who may use the TEE at all; what it might add for a single drawer would keep out nobody who
 * reaches the TA by another way.
 *
 * <p>Who a client is, the secure world tells the TA, from the credentials that the client registered with. Behind
 * Ermine core made them of the client's bundle, unless the operator lets that bundle speak for others. Of whom nothing
 * is known, and whose name is no name for a drawer, uses none.
 */
package org.ermine.tee.ta.sealedstorage.drawers;
