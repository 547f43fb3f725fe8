// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.trusted;

/**
 * The client that opened a client environment, as its credentials say. The credentials come from the normal world: in a
 * QTEE they prove no more than the normal world can vouch for. Behind Ermine they tell of the client's bundle, or what
 * a bundle says that the operator lets speak for others.
 *
 * @param uid the credentials' uid (key 1 of the map)
 * @param packageName the credentials' package name (key 3); empty if absent
 */
public record TrustedClient(long uid, String packageName) {}
