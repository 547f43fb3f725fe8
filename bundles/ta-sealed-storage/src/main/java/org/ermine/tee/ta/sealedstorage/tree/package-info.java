// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The index as such: which version of an object stands under which key, as a B-tree in memory, and how its nodes are
 * encoded.
 *
 * <p>Knows entries, nodes, and how a change makes new nodes and shares the others. Everything in here is immutable,
 * but for what one change collects. Does not know files: where a node stands is told by a {@link
 * org.ermine.tee.ta.sealedstorage.tree.NodeRef}, which others make and follow.
 *
 * <p>The index maps keys to object versions; a key is the name of a {@linkplain
 * org.ermine.tee.ta.sealedstorage.drawers.Drawer drawer} and that of an object in it. It is a B-tree: {@linkplain
 * org.ermine.tee.ta.sealedstorage.tree.IndexLeaf leaves} with entries, {@linkplain
 * org.ermine.tee.ta.sealedstorage.tree.IndexBranch branches} with nodes, each of 8 KiB at the most. A node is a block.
 * A branch names the nodes below it by the file, the salt and the number of the block; no other block was ever sealed
 * with that salt and number, so whoever has the root has all of the tree or knows what is missing. The root is the
 * topmost node with what belongs to the index as a whole.
 *
 * <p>The tree of format 2 had names without drawers. Its nodes are read as what they are in the present format:
 * objects of the common drawer. A change writes the nodes that it makes anew in the present format, and leaves all
 * others as they are, so there may be nodes of both in a tree.
 */
package org.ermine.tee.ta.sealedstorage.tree;
