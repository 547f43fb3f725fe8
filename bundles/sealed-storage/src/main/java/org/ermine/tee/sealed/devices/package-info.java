// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** Devices as each bundle has them, so that the TEE is told which bundle asks. */
package org.ermine.tee.sealed.devices;
