// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Tells the TEE the time, as QTEE's listener 0xb. The bundle offers a {@link
 * org.ermine.tee.supplicant.ListenerHandler}, needs nothing and owns nothing. It runs on the supplicant's worker
 * threads.
 */
package org.ermine.tee.supplicant.time.impl;
