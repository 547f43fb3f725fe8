// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

/**
 * Where on the path of an invocation, and of the request that the TEE makes in its course, a {@link Fault} can strike.
 * In the order in which an invocation comes by.
 */
public enum Point {

    /** On the client's thread: the arguments are checked, no message is written yet. */
    BEFORE_MARSHALLING,

    /** On the client's thread: the message is about to enter the secure world. */
    IN_SECURE_WORLD,

    /**
     * On the client's thread: the TEE made a request, which waits in its context's queue; no worker knows of it yet.
     */
    REQUEST_QUEUED,

    /** On a worker: it has taken the request from the queue, and is about to call the handler or callback object. */
    PROCESSING,

    /** On a worker: the handler or callback object has answered, and the TEE does not have the answer yet. */
    RESPONSE_SUBMITTED
}
