// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

/** What is typed in Karaf's console, and shown in the documentation. */
final class KarafCommands {

    static final String REPOSITORY =
            "mvn:org.ermine/org.ermine.tee.features/" + System.getProperty("ermine.version") + "/xml/features";
    static final String ADD = "feature:repo-add " + REPOSITORY;
    static final String REMOVE = "feature:repo-remove " + REPOSITORY;
    static final String INSTALL = "feature:install ";
    static final String UNINSTALL = "feature:uninstall --delete-configurations ";

    private KarafCommands() {}
}
