// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.maven;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.keepRuntimeFolder;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.logLevel;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.karaf.options.LogLevelOption.LogLevel;

/** A plain Karaf that has no network. Evaluated by the test driver, outside the container. */
public final class KarafOptions {

    private static final String MAVEN = "etc/org.ops4j.pax.url.mvn.cfg";
    private static final String PORT = "org.osgi.service.http.port";

    private KarafOptions() {}

    public static Option plainKaraf() {
        String port = freePort();
        return composite(
                karafDistributionConfiguration()
                        .frameworkUrl(maven("org.apache.karaf", "apache-karaf")
                                .versionAsInProject()
                                .type("tar.gz"))
                        .name("Apache Karaf")
                        .unpackDirectory(new File("target/exam")),
                keep(),
                logLevel(LogLevel.INFO),
                configureConsole().ignoreLocalConsole().ignoreRemoteShell(),
                fromTestDriver("ermine.bundles"),
                fromTestDriver("ermine.version"),
                systemProperty(KarafWebConsole.PORT).value(port),
                editConfigurationFilePut("etc/org.ops4j.pax.web.cfg", PORT, port),
                editConfigurationFilePut(
                        "etc/users.properties", KarafWebConsole.USER, KarafWebConsole.PASSWORD + ",admin"),
                fromTestDriver("ermine.operators"),
                editConfigurationFilePut(MAVEN, "org.ops4j.pax.url.mvn.localRepository", "${karaf.data}/m2"),
                editConfigurationFilePut(MAVEN, "org.ops4j.pax.url.mvn.repositories", ""),
                editConfigurationFilePut(
                        MAVEN,
                        "org.ops4j.pax.url.mvn.defaultRepositories",
                        "file:${karaf.home}/${karaf.default.repository}@id=system@snapshots,"
                                + "file:${karaf.data}/kar@id=kar@multi@snapshots,"
                                + "file:" + System.getProperty("ermine.maven") + "@id=ermine@snapshots"));
    }

    /** For a web server that somebody may install: others on this machine may use the usual one. */
    private static String freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return Integer.toString(socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves Karaf's folder below target/exam, to look into its log: -Dermine.keep=true. */
    private static Option keep() {
        return Boolean.getBoolean("ermine.keep") ? keepRuntimeFolder() : composite();
    }

    private static Option fromTestDriver(String property) {
        return systemProperty(property).value(System.getProperty(property));
    }
}
