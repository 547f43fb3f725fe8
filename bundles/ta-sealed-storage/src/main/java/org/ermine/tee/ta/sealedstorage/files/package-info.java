// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Files of the normal world, as listener 0x7000 (GlobalPlatform file storage) keeps them: what they are called, what
 * is asked for, and the message that asks.
 *
 * <p>Knows commands, offsets in messages, and what error numbers of the normal world mean. Does not know what is
 * written, and believes nothing that it reads: whether that is authentic is found out by {@link
 * org.ermine.tee.ta.sealedstorage.blocks}.
 */
package org.ermine.tee.ta.sealedstorage.files;
