// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What keeps one owner from using up what all need. {@link org.ermine.tee.embedded.limits.OwnerShares} lets each owner
 * have so much of a resource, so that whoever uses up its share fails alone; {@link
 * org.ermine.tee.embedded.limits.Holders} says who fills what is full.
 */
package org.ermine.tee.embedded.limits;
