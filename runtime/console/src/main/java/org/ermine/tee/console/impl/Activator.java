// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.console.impl;

import java.util.Dictionary;
import java.util.Hashtable;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/** Offers Gogo the command that opens the console. */
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
public final class Activator implements BundleActivator {

    private Console console;

    @Override
    public void start(BundleContext bundleContext) {
        console = new Console(new Settings(bundleContext::getProperty), new FrameworkEnd(bundleContext));
        Dictionary<String, Object> command = new Hashtable<>();
        command.put("osgi.command.scope", "console");
        command.put("osgi.command.function", Console.COMMAND);
        bundleContext.registerService(Console.class, console, command);
    }

    @Override
    public void stop(BundleContext bundleContext) throws InterruptedException {
        console.close();
    }
}
