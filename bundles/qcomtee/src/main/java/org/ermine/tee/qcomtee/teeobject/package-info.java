// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The objects that QTEE hosts, as they are held here: references on them, the tables by which contexts name them, which
 * of them are being invoked, and the queue by which QTEE is told what nobody holds any more.
 *
 * <p>Knows ids, handles and slots. Knows no messages: how an object is released is given to the queue.
 */
package org.ermine.tee.qcomtee.teeobject;
