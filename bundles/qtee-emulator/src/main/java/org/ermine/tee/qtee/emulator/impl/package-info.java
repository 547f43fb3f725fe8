// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The secure world in software: object table, services by UID, loader of trusted applications.
 *
 * <p>Offers a {@code SecureChannel}; trusted services are whiteboard services.
 */
package org.ermine.tee.qtee.emulator.impl;
