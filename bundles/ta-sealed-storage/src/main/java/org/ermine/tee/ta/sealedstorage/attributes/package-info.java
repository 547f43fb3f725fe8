// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What the index keeps of an object beside its content: what its client says of it, and what it is bound to.
 *
 * <p>Knows how long these may be, and keeps of what an object is bound to only a digest. Does not know objects.
 */
package org.ermine.tee.ta.sealedstorage.attributes;
