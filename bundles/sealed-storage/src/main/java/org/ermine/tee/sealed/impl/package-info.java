// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Speaks to the sealed storage trusted application through a TEE context.
 */
package org.ermine.tee.sealed.impl;
