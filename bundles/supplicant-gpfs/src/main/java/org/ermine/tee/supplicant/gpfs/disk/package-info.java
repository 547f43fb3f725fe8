// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Directories and files as the operating system has them, and its errors as the numbers that a TEE knows.
 *
 * <p>The package knows names as they come from a TEE, how one is followed without leaving a directory or following a
 * link, and how to find out why something failed, whatever the language of the process. It does not know what files are
 * kept for, nor which commands there are.
 *
 * <p>It holds no lock: threads use a directory that is open side by side, as the operating system allows.
 */
package org.ermine.tee.supplicant.gpfs.disk;
