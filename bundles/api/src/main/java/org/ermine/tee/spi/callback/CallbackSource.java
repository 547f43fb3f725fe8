// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.callback;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A context, as the workers that serve its callback requests see it. Thread safe; no method blocks or runs foreign
 * code.
 */
@ProviderType
public interface CallbackSource {

    /**
     * The owner of the context, by a text that tells it from all others. It is always the same text, and the same as
     * its calls' {@linkplain CallbackCall#owner owner}. No owner occupies all workers at once; a call that turns out to
     * reach another bundle counts for that one.
     */
    String owner();

    /**
     * The place of this source among those that have turns due: always the same one, which belongs to this source only.
     */
    SourceLine.Place place();

    /**
     * Takes the next call, which the calling thread then runs.
     *
     * @param workers to which the calling thread belongs: an object that stands for a name is found by them
     * @return null if there is none
     */
    CallbackCall next(CallbackWorkers workers);

    /**
     * Takes the request for whose answer the calling thread itself waits, whatever stands before it in the queue.
     *
     * @param workers as for {@link #next}
     * @return null if another thread has taken it
     */
    CallbackCall awaited(CallbackWorkers workers);
}
