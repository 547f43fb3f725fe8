// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

/**
 * What the backend bounds.
 *
 * @param callbackNanos how long callbacks of an invocation may take if the client says nothing
 * @param sleepMillis the longest that QTEE may let a thread sleep
 * @param exports the most objects of the normal world that QTEE may hold
 * @param userObjects the most callback objects of one context that QTEE may hold
 * @param closeNanos how long the end of the device waits for contexts and releases
 * @param releaseAttempts how often the release of a TEE object is tried
 */
record Limits(
        long callbackNanos, int sleepMillis, int exports, int userObjects, long closeNanos, int releaseAttempts) {}
