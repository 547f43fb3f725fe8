// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import org.ermine.tee.TeeContext;
import org.ermine.tee.core.support.Owner;

/** The context that objects belong to, as those objects see it. */
public interface ObjectOwner extends TeeContext {

    /** Returns the bundle that the context belongs to. */
    Owner owner();

    /** Returns what carries out the operations of its objects. */
    ObjectInvoker invoker();
}
