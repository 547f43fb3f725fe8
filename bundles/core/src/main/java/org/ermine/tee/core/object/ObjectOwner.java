// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import org.ermine.tee.TeeContext;
import org.ermine.tee.core.support.Owner;

/** The context that objects belong to, as they see it. */
public interface ObjectOwner extends TeeContext {

    /** The bundle that it belongs to. */
    Owner owner();

    /** Carries out what is asked of its objects. */
    ObjectInvoker invoker();
}
