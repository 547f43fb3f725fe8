// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.whiteboard;

import java.time.Duration;

/**
 * What a bundle does with the services that are offered to it. Called in service events and when permissions change, on
 * any thread; nothing is locked then.
 *
 * @param <S> the service
 * @param <P> what its properties say
 * @param <U> one service in use: made before its object is got, ended once
 */
public interface ServiceUse<S, P, U> {

    /** For example {@code trusted service of org.example.sum 1.0.0 [17] (service 42)}, for the log. */
    String describe(OfferedService<S> service);

    /** @throws UnusableServiceException if it cannot be used with such properties; the message says why */
    P parse(OfferedService<S> service) throws UnusableServiceException;

    /** By which name permissions know what has these properties. */
    String permissionName(P properties);

    /** A service that is permitted, whose object comes with {@link #begin} or never. */
    U prepare(OfferedService<S> service, P properties);

    /**
     * Its object is there.
     *
     * @return false if the use has ended meanwhile: the object is given back then
     * @throws UnusableServiceException if it cannot be used after all; it is given back then
     */
    boolean begin(U use, S object) throws UnusableServiceException;

    /**
     * The properties of a service in use changed.
     *
     * @return whether it goes on; otherwise it ends and comes again
     */
    boolean update(U use, P changed);

    /**
     * Its bundle may not offer it any more. When this returns nothing begins with the service, not even for what is in
     * progress.
     */
    void refuse(U use);

    /**
     * It is unregistered. When this returns nothing begins with the service but what its own work in progress waits
     * for.
     */
    void retire(U use);

    /**
     * The end, after one of these two.
     *
     * @param drain how long work in progress may take until then
     * @param asking the thread on whose behalf it ends: it may be in such work, which is not waited for
     * @return whether the use ever {@linkplain #begin began}, so that the service object is to be given back
     */
    boolean end(U use, Duration drain, Thread asking);
}
