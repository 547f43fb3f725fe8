// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * {@link org.ermine.tee.embedded.references.ReferenceCount} decides when an object that several threads or both worlds
 * refer to is over. What has a count of another kind keeps its own, and says why at its place: where there may be a
 * million objects the count is a field of theirs, or a part of one; where a lock guards the count together with other
 * state, an atomic one would add nothing; and a count that rises from 0 again does not say that something is over.
 */
package org.ermine.tee.embedded.references;
