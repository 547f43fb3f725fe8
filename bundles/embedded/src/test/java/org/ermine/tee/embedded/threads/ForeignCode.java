// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.threads;

import java.util.function.Consumer;

/** Stands for the code of another bundle: loaded by a class loader of its own, it runs what it is given. */
public final class ForeignCode implements Consumer<Runnable> {

    @Override
    public void accept(Runnable task) {
        task.run();
    }
}
