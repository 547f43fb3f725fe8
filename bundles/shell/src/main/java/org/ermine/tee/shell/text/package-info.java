// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** Text for people: tables that fit a terminal, lines broken between words, and quantities. Knows nothing of a TEE. */
package org.ermine.tee.shell.text;
