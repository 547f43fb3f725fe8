// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.policy;

import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.RuntimeContributor;
import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Bundle;

/**
 * Decides what bundles may do, for all parts of Ermine that let bundles do something. It is a service of core, which
 * asks the {@link org.ermine.tee.spi.policy.PermissionPolicy} that is present, and knows what holds while there is
 * none. Thread safe. A bundle is known from the framework, never from what the bundle says. What is permitted and what
 * was refused is {@linkplain RuntimeContributor#contribute contributed} to {@code TeeRuntime}.
 */
@ProviderType
public interface Permissions extends RuntimeContributor {

    /** What a bundle may be permitted. */
    enum Right {
        /** To open a context on a device; by the device's name. */
        DEVICE("devices"),
        /**
         * To open a service of the TEE by its UID; by the unsigned decimal number. {@link #ANY} stands for all of them.
         */
        SERVICE("services"),
        /**
         * To register with a TEE under another identity than that which core made of the bundle, as a bridge does that
         * speaks for others; by the device's name. By default nobody may.
         */
        IDENTITY("identities"),
        /** To serve a listener; by its id, an unsigned decimal number. */
        LISTENER("listeners"),
        /** To serve the callback objects of a name; by the name. */
        CALLBACK("callbacks"),
        /** To offer a trusted service or application to an emulated TEE; by its UID, unsigned decimal, or its name. */
        TRUSTED("trusted");

        private final String option;

        Right(String option) {
            this.option = option;
        }

        /** The option whose rules give it, for example {@code devices}. */
        public String option() {
            return option;
        }
    }

    /** Stands for every name there may be. */
    String ANY = "*";

    /**
     * Lets the bundle do it or refuses. A refusal is counted, and logged unless the bundle was refused something
     * before.
     *
     * @throws TeeException EACCES, with a message that names the bundle, what was refused and why
     */
    void require(Bundle bundle, Right right, String name) throws TeeException;

    /**
     * Whether the bundle may do it. Nothing is counted or logged, so this is also for what the bundle began earlier,
     * and what may have to end when permissions change.
     */
    boolean permits(Bundle bundle, Right right, String name);

    /**
     * Adds a listener, which is called after permissions changed.
     *
     * @param listener is called on any thread, also on several at a time; what it throws is logged, and changes nothing
     *     for others
     */
    void addListener(Runnable listener);

    /** Removes a listener. A thread that was about to call it may still do so after this has returned. */
    void removeListener(Runnable listener);
}
