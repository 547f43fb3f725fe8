// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.inventory;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.apache.felix.inventory.Format;
import org.apache.felix.inventory.InventoryPrinter;
import org.ermine.tee.monitor.state.StateWriter;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The state of Ermine for Apache Felix Inventory. The Web Console shows the first ones of very many things; support
 * archives hold everything.
 */
@Component(
        property = {
            InventoryPrinter.NAME + "=ermine",
            InventoryPrinter.TITLE + "=Ermine TEE",
            InventoryPrinter.FORMAT + "=TEXT",
            InventoryPrinter.FORMAT + "=JSON"
        })
public final class StatePrinter implements InventoryPrinter {

    /** How many contexts of each device, and how many of everything else, are shown to people. */
    static final int MOST = 200;

    private final TeeRuntime runtime;

    @Activate
    public StatePrinter(@Reference(name = "runtime") TeeRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public void print(PrintWriter out, Format format, boolean isZip) {
        StateWriter writer =
                isZip ? StateWriter.indented() : StateWriter.indented().atMost(MOST);
        RuntimeDTO state = isZip ? runtime.snapshot() : runtime.snapshot(MOST);
        if (!Format.JSON.equals(format)) {
            writer.text(state, out);
            return;
        }
        try {
            writer.json(state, out);
        } catch (IOException e) {
            throw new UncheckedIOException("the state of Ermine cannot be written", e);
        }
    }
}
