// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import org.ermine.tee.TeeException;
import org.ermine.tee.spi.Permissions;
import org.ermine.tee.spi.Permissions.Right;
import org.ermine.tee.supplicant.support.ThrownText;
import org.osgi.framework.Bundle;

/**
 * What the bundle of a handler service may serve at present: nothing if that cannot be judged. Immutable.
 *
 * @param bundle null if it is gone
 */
public record Rights(Permissions permissions, Bundle bundle) {

    /** @throws InvalidHandlerException if the bundle may not serve it; that is counted */
    void require(Right right, HandlerProperties properties) throws InvalidHandlerException {
        try {
            permissions.require(bundle, right, name(right, properties));
        } catch (TeeException e) {
            throw new InvalidHandlerException(e.getMessage());
        } catch (RuntimeException | Error e) {
            throw new InvalidHandlerException("whether it may serve that cannot be judged: " + ThrownText.of(e));
        }
    }

    boolean permit(Right right, HandlerProperties properties) {
        try {
            return permissions.permits(bundle, right, name(right, properties));
        } catch (RuntimeException | Error e) {
            return false;
        }
    }

    private static String name(Right right, HandlerProperties properties) {
        return right == Right.LISTENER ? Integer.toUnsignedString(properties.listenerId()) : properties.name();
    }
}
