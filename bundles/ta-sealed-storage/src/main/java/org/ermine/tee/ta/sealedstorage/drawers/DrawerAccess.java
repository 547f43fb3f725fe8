// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.drawers;

import java.util.function.Supplier;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedEnvironment;

/**
 * Lets the client whose invocation the calling thread carries out into drawers. Who that is, the secure world says, not
 * the message. Asked for each operation, as rules may have changed since the last one. Thread safe.
 */
public final class DrawerAccess {

    private final TrustedEnvironment environment;
    private final Supplier<DrawerLimits> limits;

    public DrawerAccess(TrustedEnvironment environment, Supplier<DrawerLimits> limits) {
        this.environment = environment;
        this.limits = limits;
    }

    /** The client's own drawer. */
    public Drawer own() throws TeeException {
        TrustedClient client = client();
        return Drawer.of(client)
                .orElseThrow(() -> refused("a client whose name is of no use as that of a drawer has none of its own: '"
                        + client.packageName() + "'"));
    }

    /** @param name of a drawer; empty is the client's own */
    public Drawer named(String name) throws TeeException {
        if (name.isEmpty()) {
            return own();
        }
        Drawer drawer;
        try {
            drawer = Drawer.named(name);
        } catch (IllegalArgumentException e) {
            throw new TeeException(
                    TeeResult.of(SealedStorageProtocol.ERROR_INVALID_NAME), "name of a drawer: " + e.getMessage());
        }
        if (!permits(drawer)) {
            throw refused("no rule lets " + client().packageName() + " (uid " + client().uid() + ") use drawer '" + name
                    + "'");
        }
        return drawer;
    }

    /** Whether the client may use it. */
    public boolean permits(Drawer drawer) throws TeeException {
        return limits.get().rules().permits(client(), drawer);
    }

    private TrustedClient client() throws TeeException {
        return environment.client().orElseThrow(() -> refused("it is not known whose drawers these are"));
    }

    private static TeeException refused(String message) {
        return new TeeException(TeeResult.of(SealedStorageProtocol.ERROR_NOT_PERMITTED), message);
    }
}
