// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Tells what is open, by which bundle, and what waits for what. It is a service; thread safe; it does not disturb the
 * request path.
 *
 * <p>Its service property {@link org.osgi.framework.Constants#SERVICE_CHANGECOUNT} (a Long) follows
 * {@link RuntimeDTO#changeCount} within a fraction of a second: whoever listens for changes of the service learns that
 * it is worth taking a snapshot.
 */
@ProviderType
public interface TeeRuntime {

    /**
     * Service property, a Long that follows {@link RuntimeDTO#servicesChangeCount} as the other one follows the change
     * count: whoever does not care for contexts need not look while it stays the same.
     */
    String SERVICES_CHANGECOUNT = "tee.servicesChangeCount";

    /**
     * The present state; a copy that the caller owns. It is as large as there are contexts: {@link #snapshot(int)} is
     * what to ask for again and again.
     */
    RuntimeDTO snapshot();

    /**
     * The present state with some of the contexts: those in which requests wait come before others, and of both the
     * oldest come first. How many there are and what they hold together is told in full, see {@link
     * DeviceDTO#contextCount} and {@link DeviceDTO#owners}.
     *
     * @param contexts at most that many of each device, 0 or more
     * @return a copy that the caller owns
     */
    RuntimeDTO snapshot(int contexts);

    /**
     * Contexts of a device in the order of their ids, which is that of their age: page by page where each begins after
     * the last id of the one before.
     *
     * @param device {@link DeviceDTO#name}
     * @param after contexts with a greater {@link ContextDTO#id} only; 0 for the first page
     * @param limit at most that many, 0 or more
     * @return empty if there is no such device; a copy that the caller owns
     */
    List<ContextDTO> contexts(String device, long after, int limit);

    /**
     * Objects of one context.
     *
     * @param contextId {@link ContextDTO#id}
     * @param limit at most that many, the oldest first
     * @return empty if there is no such context
     */
    List<ObjectDTO> objects(long contextId, int limit);
}
