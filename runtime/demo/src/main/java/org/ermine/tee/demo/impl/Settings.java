// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.BundleContext;

/**
 * What the start script says, in framework properties.
 *
 * @param home a new, empty folder for this run
 * @param store where the file handler keeps what it is given
 * @param files the files to seal
 */
record Settings(Path home, Path store, List<Path> files) {

    private static final String HOME = "ermine.home";
    private static final String STORE = "ermine.store";
    /** Followed by a number, from 1. */
    private static final String FILE = "ermine.demo.file.";

    static Settings of(BundleContext bundleContext) {
        List<Path> files = new ArrayList<>();
        for (String file; (file = bundleContext.getProperty(FILE + (files.size() + 1))) != null; ) {
            files.add(Path.of(file).toAbsolutePath());
        }
        return new Settings(
                Path.of(bundleContext.getProperty(HOME)),
                Path.of(bundleContext.getProperty(STORE)),
                List.copyOf(files));
    }
}
