// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The files of a TEE below one directory: how they are read, replaced as a whole, moved and removed, and when that is
 * durable.
 *
 * <p>The package knows what was left to the operating system and is still to be forced to the disk, and what a process
 * that died has left behind. It does not know messages, which root is configured, nor whether that was exchanged: it
 * keeps to the directory that it was given.
 *
 * <p>{@link org.ermine.tee.supplicant.gpfs.storage.Storage} guards its staging directory by {@code this}; {@link
 * org.ermine.tee.supplicant.gpfs.storage.Unforced} has a concurrent map. Whoever opens or closes a storage does so
 * alone: see the package of the handler. That a staging directory is in use, other instances see by its lock, those of
 * this process as well as those of others.
 */
package org.ermine.tee.supplicant.gpfs.storage;
