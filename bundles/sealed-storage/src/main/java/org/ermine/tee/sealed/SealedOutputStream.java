// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed;

import java.io.OutputStream;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Writes an object. Nothing of it counts until it is {@linkplain #commit() committed}; closed before, it is as if it
 * had not been begun:
 *
 * <pre>{@code
 * try (SealedOutputStream out = storage.create("log")) {
 *     write(out);
 *     out.commit();
 * }
 * }</pre>
 *
 * <p>So an exception on the way never leaves half an object in the place of a whole one. That is why closing does not
 * commit, as it would complete a file: the end of a try block closes a stream whether or not what was to be written is
 * whole, and the stream cannot tell which. Whoever forgets the commit finds the object as it was. A stream that wraps
 * this one is finished or flushed before the commit, not closed. {@code flush} does nothing here: content waits for
 * its commit.
 *
 * <p>It counts for its bundle's share of open objects from its first whole chunk of 496 KiB on. One thread at a time
 * uses it. What its methods throw are {@link SealedStorageException}s; after one, only closing is left, and what was
 * written is dropped at once.
 */
@ProviderType
public abstract class SealedOutputStream extends OutputStream {

    /** For the implementation. */
    protected SealedOutputStream() {}

    @Override
    public abstract void write(byte[] data, int from, int count) throws SealedStorageException;

    /**
     * Says what is to be known of the object beside its name: in the place of what was said before, and before the
     * commit. It is authenticated as the content is, and can be read without it, by {@link SealedStorage#get} and
     * {@link SealedStorage#list()}.
     *
     * @param metadata together 1,023 bytes of UTF-8 at most, with 4 bytes more for each pair
     * @throws IllegalArgumentException if it is more, or no Unicode text
     */
    public abstract void describe(Map<String, String> metadata) throws SealedStorageException;

    /**
     * Makes what was written the object of this name, in one step, and closes the stream. When this returns, it
     * outlasts a loss of power.
     *
     * @throws SealedStorageException and nothing has changed, but with {@link
     *     SealedStorageException.Reason#OUTCOME_UNKNOWN}; {@link SealedStorageException.Reason#ALREADY_EXISTS} if the
     *     object was to be a new one, and there is one by now
     */
    public abstract SealedEntry commit() throws SealedStorageException;

    /** Drops what was written and not committed. */
    @Override
    public abstract void close() throws SealedStorageException;
}
