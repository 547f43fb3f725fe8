// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** Bundles of handlers of both kinds, which do what a request tells them. */
package org.ermine.tee.itests.chaos.handler;
