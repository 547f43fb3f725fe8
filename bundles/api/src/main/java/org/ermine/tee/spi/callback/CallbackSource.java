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
     * Who owns the context, by a text that tells it from all others: the same as its calls' {@linkplain
     * CallbackCall#owner owner}, and never another one. No owner occupies all workers at once; a call that turns out to
     * reach another bundle counts for that one.
     */
    String owner();

    /** Where it stands among the sources that have turns due: always the same one, of its own. */
    SourceLine.Place place();

    /**
     * Takes the next call, which the calling thread then runs.
     *
     * @param workers those that the calling thread belongs to: an object that stands for a name is theirs
     * @return null if there is none
     */
    CallbackCall next(CallbackWorkers workers);

    /**
     * Takes the request for whose answer the calling thread itself waits, whatever stands before it in the queue.
     *
     * @param workers as for {@link #next}
     * @return null if somebody else has taken it
     */
    CallbackCall awaited(CallbackWorkers workers);
}
