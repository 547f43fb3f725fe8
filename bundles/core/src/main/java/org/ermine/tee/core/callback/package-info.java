// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The calls of the TEE to callback objects of one context: how workers take the next one, and how it is carried out and
 * answered.
 *
 * <p>The package knows requests, their parameters as an object sees them, and that each request is answered exactly
 * once. It does not know the threads: workers take calls by {@link org.ermine.tee.spi.callback.CallbackSource}, and
 * objects are called where a worker runs a {@link org.ermine.tee.spi.callback.CallbackCall}, and nowhere else. The
 * object behind a name is found by the workers that take the call, when the call is made.
 *
 * <p>It takes no lock. An atomic of each {@code IncomingCall} says which thread answers.
 */
package org.ermine.tee.core.callback;
