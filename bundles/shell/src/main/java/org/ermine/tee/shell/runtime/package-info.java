// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Commands that list what {@link org.ermine.tee.runtime.TeeRuntime} tells, and nothing else, and the one that records.
 */
package org.ermine.tee.shell.runtime;
