// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.whiteboard;

import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.spi.policy.Permissions;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.osgi.framework.Bundle;

/**
 * What the bundle of a service may offer at present: nothing if that cannot be checked. Immutable.
 *
 * @param bundle null if it is gone
 */
public record Rights(Permissions permissions, Bundle bundle) {

    /** Why it may not offer what has this name, which is counted; null if it may. */
    public String refusal(Right right, String name) {
        try {
            permissions.require(bundle, right, name);
            return null;
        } catch (TeeException e) {
            return FailureText.of(e);
        } catch (Throwable e) {
            return "whether its bundle may offer it cannot be checked: " + FailureText.of(e);
        }
    }

    public boolean permit(Right right, String name) {
        try {
            return permissions.permits(bundle, right, name);
        } catch (Throwable e) {
            return false;
        }
    }
}
