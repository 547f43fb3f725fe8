// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Tells what is open, by whom, and what waits for what. A service; thread safe; does not disturb the request path.
 *
 * <p>Its service property {@link org.osgi.framework.Constants#SERVICE_CHANGECOUNT} (a Long) follows {@link
 * RuntimeDTO#changeCount} within a fraction of a second: who listens for changes of the service learns that it is worth taking
 * a snapshot.
 */
@ProviderType
public interface TeeRuntime {

    /** The present state; a copy that the caller owns. */
    RuntimeDTO snapshot();

    /**
     * Objects of one context.
     *
     * @param contextId {@link ContextDTO#id}
     * @param limit at most that many, the oldest first
     * @return empty if there is no such context
     */
    List<ObjectDTO> objects(long contextId, int limit);
}
