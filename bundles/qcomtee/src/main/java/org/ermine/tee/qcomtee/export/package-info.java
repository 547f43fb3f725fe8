// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The objects that the normal world hosts for QTEE: callback objects of clients and shared memory, the ids under which
 * QTEE knows them, and what each context has of them.
 *
 * <p>Knows how they are counted, and how QTEE gives them back in asynchronous messages. Does not know invocations, nor
 * how a callback is answered: it queues the notification that an object is gone, and no more.
 */
package org.ermine.tee.qcomtee.export;
