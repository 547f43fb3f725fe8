// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * {@link org.ermine.tee.embedded.files.DirectoryLock} gives a directory to one user at a time, of all processes and of
 * all that is in one of them.
 *
 * <p>A lock on a file keeps other processes out. But it belongs to the process: when that closes the file, however
 * often and by whomever it was opened there, its lock ends (POSIX, {@code fcntl}). So a second user in the process that
 * opened the file, to find out that it is locked, would end the lock of the first one as it closes the file again.
 * Hence the file is opened only by whoever has claimed the directory within the process before.
 *
 * <p>The claim is a lock, too, a shared one on the directory itself. The Java virtual machine keeps a table of the
 * locks that it holds, for all of its class loaders, and refuses each that overlaps one of them, whether shared or not
 * ({@link java.nio.channels.OverlappingFileLockException}); what is in the table stays there until the channel that
 * took it is closed. So the bundle and another version of it see each other there, though they share no class and no
 * object of theirs, and to open and close a directory does no harm to the claim of another. To other processes shared
 * locks mean nothing, as nobody can have an exclusive one: no directory can be opened for writing. The claim works
 * where nothing can be written, leaves nothing behind, and ends with the process.
 */
package org.ermine.tee.embedded.files;
