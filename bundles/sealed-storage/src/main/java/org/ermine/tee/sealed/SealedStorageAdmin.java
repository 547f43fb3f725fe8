// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed;

import org.osgi.annotation.versioning.ProviderType;

/**
 * What concerns all that is sealed, by whichever bundle: for operators and their tools. A service that is there whether or not a TEE
 * is, and that any number of threads may use.
 *
 * <p>A bundle may do none of it unless the operator lets it, by the option {@code administrators}: everything here fails with {@link
 * SealedStorageException.Reason#NOT_PERMITTED} else. The trusted application takes it from sealed storage only.
 */
@ProviderType
public interface SealedStorageAdmin {

    /**
     * Gives up all that is sealed, by all bundles, and begins anew with nothing. For a store that is refused for ever, since it was
     * changed, exchanged or put back, or the secure state was; it does not mind what the store is, nor whether the disk is full. What was
     * given up cannot be had back: put back later, its files do not count.
     *
     * <p>It is one step: what was there is there, or nothing is, whatever happens in between. What is open for reading can be read to its
     * end. What is being sealed is sealed, into the empty store, if it is committed afterwards. The files go at once, as far as they are
     * found; they are no use to anybody.
     *
     * @throws SealedStorageException and nothing has changed, but with {@link SealedStorageException.Reason#OUTCOME_UNKNOWN}
     */
    void reset() throws SealedStorageException;
}
