// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceRegistration;

/** The bundles that the README shows do what it says. */
public class ReadmeIT extends ErmineContainer {

    private static final int LISTENER = 0x4000;

    @Test
    public void theClientTellsHowMuchMemoryQteeHas() throws Exception {
        container.service(TeeContext.class);
        PrintStream terminal = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true));
        Bundle client = container.install("org.ermine.tee.itests.readme-client");
        try {
            client.start();
            InContainer.await("the client prints its line", () -> printed.size() > 0);
        } finally {
            System.setOut(terminal);
            client.uninstall();
        }
        assertTrue(printed.toString(), printed.toString().matches("QTEE has \\d+ bytes free\\R"));
    }

    @Test
    public void theHandlerAnswersTheSecureWorld() throws Exception {
        ServiceRegistration<?> probe = ProbeApplication.register(context);
        Bundle handler = container.install("org.ermine.tee.itests.readme-handler");
        handler.start();
        try (ProbeClient client = ProbeClient.open(container.service(TeeDevice.class))) {
            InContainer.await("the listener is registered with QTEE", () -> answers(client));
            assertEquals(Runtime.getRuntime().availableProcessors(), client.ask(LISTENER, 1));
        } finally {
            handler.uninstall();
            probe.unregister();
        }
    }

    private static boolean answers(ProbeClient client) {
        try {
            client.ask(LISTENER, 1);
            return true;
        } catch (TeeException e) {
            return false;
        }
    }
}
