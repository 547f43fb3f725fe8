// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Tells the TEE the time: QTEE's listener 0xb. Offers a {@link org.ermine.tee.supplicant.ListenerHandler}, needs
 * nothing, owns nothing; runs on the supplicant's worker threads.
 */
package org.ermine.tee.supplicant.time.impl;
