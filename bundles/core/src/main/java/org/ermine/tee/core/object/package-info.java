// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The objects of one context, of all three kinds: TEE objects, by references that the client holds; callback objects,
 * which the TEE holds; and shared memory. Also how each becomes a parameter, and how it is found again by a parameter.
 *
 * <p>The package knows the tables of objects, which references there are, and when the last one is gone. It does not
 * know how the TEE is called, nor what a context is beside the owner of its objects. What objects need of these two is
 * declared by {@link org.ermine.tee.core.object.ObjectInvoker} and {@link org.ermine.tee.core.object.ObjectOwner}.
 * Nothing here refers to a handle of a TEE object, so that the garbage collector can find that it was lost.
 *
 * <p>{@code ObjectList} and {@code CallbackTable} have a monitor each; {@code Memories} takes no lock. No callback
 * object is told of its release while a monitor is held: whoever removes it from the table gets it, and tells it
 * afterwards.
 */
package org.ermine.tee.core.object;
