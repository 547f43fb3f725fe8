// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Gogo commands, scope {@code tee}.
 */
package org.ermine.tee.shell.impl;
