// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.osgi.framework.Constants;

/**
 * The content of a bundle that stands on the class path, in a jar or a folder. Immutable.
 *
 * @param symbolicName of the bundle
 * @param manifest where its manifest is; all else lies beside it
 * @param components the descriptions of its components, as paths
 */
record BundleContent(String symbolicName, URL manifest, List<String> components) {

    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final String COMPONENTS = "Service-Component";
    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");
    private static final Pattern PARAMETERS = Pattern.compile(";.*");

    /** @throws IllegalStateException if it is not on the class path, or more than once */
    static BundleContent of(String symbolicName) {
        ClassLoader loader = BundleContent.class.getClassLoader();
        try {
            List<BundleContent> found = Collections.list(loader.getResources(MANIFEST)).stream()
                    .map(BundleContent::at)
                    .filter(each -> each.symbolicName().equals(symbolicName))
                    .toList();
            if (found.size() != 1) {
                throw new IllegalStateException("bundle " + symbolicName + " is " + found.size()
                        + " times on the class path: "
                        + found.stream().map(BundleContent::manifest).toList());
            }
            return found.get(0);
        } catch (IOException e) {
            throw new IllegalStateException("the class path cannot be read", e);
        }
    }

    private static BundleContent at(URL url) {
        try (InputStream stream = url.openStream()) {
            Attributes headers = new Manifest(stream).getMainAttributes();
            String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
            String components = headers.getValue(COMPONENTS);
            return new BundleContent(
                    name == null ? "" : PARAMETERS.matcher(name).replaceAll("").strip(),
                    url,
                    components == null ? List.of() : List.of(COMMA.split(components.strip())));
        } catch (IOException e) {
            throw new IllegalStateException(url + " cannot be read", e);
        }
    }

    /** Null if it has no such file. */
    XmlElement read(String path) {
        try {
            URL file = new URL(manifest, "../" + path);
            try (InputStream stream = file.openStream()) {
                return XmlElement.read(stream, symbolicName + "/" + path);
            }
        } catch (FileNotFoundException e) {
            return null;
        } catch (IOException e) {
            throw new IllegalStateException(path + " of " + symbolicName + " cannot be read", e);
        }
    }
}
