// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The objects of one context, of all three kinds: those of the TEE, by references that the client holds; callback objects, which the
 * TEE holds; and shared memory. Also how each becomes a parameter, and is found again by what stands in one.
 *
 * <p>Knows their tables, who has which reference, and when the last one is gone. Does not know how the TEE is called, nor what a
 * context is beside the owner of its objects: what objects want of both stands in {@link org.ermine.tee.core.object.ObjectInvoker}
 * and {@link org.ermine.tee.core.object.ObjectOwner}. Nothing here refers to a handle of a TEE object, so that it can be found when it
 * is lost.
 *
 * <p>{@code ObjectList} and {@code CallbackTable} have a monitor each; {@code Memories} takes no lock. No callback object is told of
 * its release while one is held: who takes it out of the table gets it, and tells it afterwards.
 */
package org.ermine.tee.core.object;
