// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** The accounting of requests. It uses nothing but the JDK, since the driver and all bundles share it. */
package org.ermine.tee.itests.chaos.ledger;
