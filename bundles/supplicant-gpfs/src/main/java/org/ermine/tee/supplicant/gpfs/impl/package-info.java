// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Keeps files for the TEE: QTEE's GP file listener 0x7000. Owns two root directories, {@code data} and {@code persist};
 * offers a {@link org.ermine.tee.supplicant.ListenerHandler}; needs nothing; runs on the supplicant's worker threads.
 * As long as a root is missing a thread of its own looks for it, and {@code tee:handlers} lists why the root cannot be
 * used.
 *
 * <p>Messages: little-endian, packed; the answer overwrites the request.
 *
 * <pre>
 * command                     request                                   answer
 *  4 DATA_READ    8 PERSIST_  u32 command, char name[256], i32 offset,  u32 command, i32 error, u32 count,
 *                             u32 count                                 u8 content[512000]
 *  5 DATA_WRITE   9 PERSIST_  u32 command, char name[256], i32 offset,  u32 command, i32 error, u32 count
 *                             u32 count, u32 backup, u8 content[512000]
 *  6 DATA_REMOVE 10 PERSIST_  u32 command, char name[256]               u32 command, i32 error
 *  7 DATA_RENAME 11 PERSIST_  u32 command, char from[256], char to[256] u32 command, i32 error
 * 12 VERSION                  u32 command                               u32 command, u32 version = 2, i32 error
 * </pre>
 *
 * <p>Errors are positive numbers of Linux; 0 is success.
 *
 * <pre>
 *  -1          unknown command
 *   2 ENOENT   there is no such file
 *   4 EINTR    the request took too long and was given up; nothing was changed
 *   5 EIO      any other failure of the file system
 *  11 EAGAIN   the root directory, or the required mount point, is not there, or was exchanged during the request
 *  13 EACCES   an absolute name, one with "..", a reserved one, no regular file, or the file system denies it
 *  17 EEXIST, 20 ENOTDIR, 21 EISDIR, 39 ENOTEMPTY   as the file system has them
 *  22 EINVAL   empty name or part of it, control character, negative offset, more than the message holds
 *  27 EFBIG    the file would end behind 2^31 - 1
 *  28 ENOSPC   no room, or no inode, is left; nothing was changed
 * 122 EDQUOT   there is room, and a quota forbids to use it; nothing was changed
 *  30 EROFS    mounted for reading only
 *  36 ENAMETOOLONG   a name without its NUL, or too long for the file system
 *  40 ELOOP    a symbolic link: none is followed
 *  84 EILSEQ   the name is not UTF-8
 * </pre>
 *
 * <p>The number never depends on the language of the process: it is that of the exception's type, or is found out by
 * {@link org.ermine.tee.supplicant.gpfs.disk.Diagnosis} from the state of the file system. An operator is told of
 * EAGAIN, EIO, ENOSPC, EDQUOT and EROFS in the log, each once in ten minutes.
 *
 * <p>A root is what its path leads to, not what it led to when the handler started: before and after each command the
 * directory that is open is compared with that of the path. After a partition was mounted over the root, or the root
 * was exchanged, the handler goes on in the new one, with a warning. While the root is missing, the handler does not
 * make another one. A command during which the root was exchanged fails.
 *
 * <p>A write leaves the old or the new file, also when the process dies in it. PERSIST forces each change to the disk
 * before it answers; DATA leaves that to the operating system, so a power failure may lose or tear the latest changes,
 * in any order.
 *
 * <p>A PERSIST command other than READ is a barrier: before it looks at its own file, it forces to the disk whatever
 * DATA commands changed. So <em>DATA operations are durable when a later PERSIST operation has been answered</em>, be
 * it with 0 or, for REMOVE, with ENOENT. If forcing fails, the PERSIST command answers with that error and changes
 * nothing, and so does each later one until the DATA file concerned is removed or replaced: the operating system drops
 * what it could not write, so there is no second chance. How much is left to be forced is bounded; a DATA command that
 * exceeds the bounds forces it all. A handler that is deactivated forces it too, so that its successor starts with
 * nothing to force.
 *
 * <p>Locks: {@link org.ermine.tee.supplicant.gpfs.impl.Root} has a lock for reading and writing, whose waits can be
 * interrupted. Commands hold it side by side, whoever opens or closes the storage holds it alone. Files are used under
 * it, and no foreign code is called. {@code MissingRoots} guards its timer by {@code this}.
 *
 * <p>This package knows the messages, the configuration and when a root can be used. How files are kept is known by
 * {@code storage}, and what the operating system makes of them by {@code disk}; neither knows this package.
 */
package org.ermine.tee.supplicant.gpfs.impl;
