// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** The user's own files: what is sealed, and what is unsealed, which appears whole or not at all. */
package org.ermine.tee.sealed.file;
