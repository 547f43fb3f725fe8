// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;

/** A handler bundle, made by bnd against one version of the API, in a framework with another one. */
class ResolutionIT {

    private static final String SUPPLICANT = "org.ermine.tee.supplicant";
    private static final String HANDLER = """
            package org.example.handler;

            import java.nio.ByteBuffer;
            import java.util.Hashtable;
            import org.ermine.tee.supplicant.ListenerHandler;
            import org.osgi.framework.BundleActivator;
            import org.osgi.framework.BundleContext;

            public class Activator implements BundleActivator, ListenerHandler {
                @Override
                public void start(BundleContext context) {
                    context.registerService(ListenerHandler.class.getName(), this, new Hashtable<>());
                }

                @Override
                public void stop(BundleContext context) {}

                @Override
                public void handle(ByteBuffer message) {
                    message.putInt(0, 42);
                }
            }
            """;

    @TempDir
    Path temp;

    private Framework framework;

    @BeforeEach
    void start() throws BundleException {
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        "org.osgi.framework.storage", temp.resolve("felix").toString(), "felix.log.level", "0"));
        framework.start();
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
    }

    /** The API with the exported packages in another minor version. */
    private static Jar api(int minor) throws Exception {
        Jar api = new Jar(Artifacts.api());
        Manifest manifest = new Manifest(api.getManifest());
        String exports = manifest.getMainAttributes().getValue("Export-Package");
        manifest.getMainAttributes()
                .putValue("Export-Package", exports.replace("version=\"1.0.0\"", "version=\"1." + minor + ".0\""));
        api.setManifest(manifest);
        return api;
    }

    /** A handler as it is built against the API in that minor version. */
    private byte[] handler(int minor) throws Exception {
        Path classes = temp.resolve("handler" + minor);
        Sources.compile("org.example.handler.Activator", HANDLER, classes);
        try (Builder builder = new Builder()) {
            builder.addClasspath(api(minor));
            builder.addClasspath(frameworkClasses());
            builder.setProperty("Bundle-SymbolicName", "org.example.handler");
            builder.setProperty("Bundle-Activator", "org.example.handler.Activator");
            builder.setProperty("Private-Package", "org.example.handler");
            builder.addClasspath(classes.toFile());
            byte[] handler = bytes(builder.build());
            assertTrue(builder.getErrors().isEmpty(), builder.getErrors().toString());
            return handler;
        }
    }

    private static File frameworkClasses() throws Exception {
        return new File(Framework.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    private static byte[] bytes(Jar jar) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        jar.write(bytes);
        return bytes.toByteArray();
    }

    private Bundle install(String location, byte[] jar) throws BundleException {
        return framework.getBundleContext().installBundle(location, new ByteArrayInputStream(jar));
    }

    @Test
    void aHandlerMadeForAnOlderMinorVersionWorks() throws Exception {
        install("api", bytes(api(3))).start();
        install("handler", handler(0)).start();

        assertEquals(42, answer());
    }

    /**
     * The handler's classes are in a bundle: the service is looked up whatever its class is here, and called by name.
     */
    private int answer() throws Exception {
        ServiceReference<?> reference =
                framework.getBundleContext().getAllServiceReferences(SUPPLICANT + ".ListenerHandler", null)[0];
        Object handler = framework.getBundleContext().getService(reference);
        ByteBuffer message = ByteBuffer.allocate(4);
        handler.getClass().getMethod("handle", ByteBuffer.class).invoke(handler, message);
        return message.getInt(0);
    }

    @Test
    void aHandlerMadeForANewerMinorVersionDoesNotResolveAndItIsSaidWhatIsMissing() throws Exception {
        install("api", bytes(api(0))).start();
        Bundle handler = install("handler", handler(3));

        BundleException unresolved = assertThrows(BundleException.class, handler::start);

        assertEquals(BundleException.RESOLVE_ERROR, unresolved.getType());
        assertTrue(
                unresolved.getMessage().contains(SUPPLICANT)
                        && unresolved.getMessage().contains("1.3"),
                unresolved.getMessage());
        assertEquals(Bundle.INSTALLED, handler.getState());
    }

    @Test
    void aHandlerIsGoodForAllVersionsUpToTheNextMajorOne() throws Exception {
        try (Jar handler = new Jar("handler", new ByteArrayInputStream(handler(0)))) {
            String imported = handler.getManifest().getMainAttributes().getValue("Import-Package");
            assertTrue(imported.contains(SUPPLICANT + ";version=\"[1.0,2)\""), imported);
        }
    }
}
