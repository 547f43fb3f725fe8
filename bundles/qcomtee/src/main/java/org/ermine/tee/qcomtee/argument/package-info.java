// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What a message carries from one world to the other: objects of a context are turned into names on the wire, and names
 * into objects of a context, and the arguments of a callback into parameters and back.
 *
 * <p>Holds a reference on each object while the message is under way, so that whatever becomes of the message, each is
 * given back once. Does not know in which course the steps are taken.
 */
package org.ermine.tee.qcomtee.argument;
