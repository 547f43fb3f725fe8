// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The requests of QTEE to the callback objects of one context: queued, received, answered, left by their client, or
 * closed.
 *
 * <p>Knows where each request stands, whose its arguments are at a moment, and who waits for what. Does not know what
 * the arguments are, nor the objects: what it needs of these stands in {@link
 * org.ermine.tee.qcomtee.request.RequestArguments} and {@link org.ermine.tee.qcomtee.request.RequestTarget}.
 */
package org.ermine.tee.qcomtee.request;
