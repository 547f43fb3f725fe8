// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What is sealed: {@linkplain org.ermine.tee.ta.sealedstorage.blocks.Block blocks}, their keys and their headers, and
 * how they are written to files and read back.
 *
 * <p>Knows the device's key, which version of an object or of the index a block belongs to, and what is wrong with a
 * block that is not authentic or not the one that is wanted. Does not know what is in it, nor which version counts:
 * whoever reads says which one is meant.
 *
 * <p>The header says which object, generation and chunk the block is, is authenticated with the block, and is what
 * tells an exchanged file or one of an older version from one that was changed. Each object version has its own random
 * salt and so its own key; the chunk number is the nonce, so no nonce is used twice with a key, whatever crashes.
 */
package org.ermine.tee.ta.sealedstorage.blocks;
