// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.limit;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Options of sealed storage. */
@ObjectClassDefinition(
        name = "Ermine sealed storage",
        description =
                "What one bundle may have open, how long the connection to the TEE is kept, and who administers. A"
                        + " change"
                        + " takes effect at once.")
public @interface SealedStorageConfiguration {

    /** Configuration PID. */
    String PID = "org.ermine.tee.sealedstorage";

    @AttributeDefinition(
            name = "Maximum of open objects per owner",
            description =
                    "How many objects one bundle may be sealing and unsealing at the same time. What would go beyond it"
                            + " waits, for that bundle alone. Of all bundles together the trusted application takes"
                            + " 32, and of"
                            + " one never more than it leaves free. 1 to 16.",
            min = "1",
            max = "16")
    int maxOpenPerOwner() default 4;

    @AttributeDefinition(
            name = "Longest wait",
            description = "How long an operation waits while its bundle has as many objects open as it may, in"
                    + " milliseconds. Then it"
                    + " is refused as BUSY. 0 to 3600000; 0 refuses it at once.",
            min = "0",
            max = "3600000")
    long maxWaitMillis() default 10_000;

    @AttributeDefinition(
            name = "Idle time",
            description =
                    "How long the connection to the trusted application is kept when nobody uses it, in milliseconds."
                            + " As long as there is one, the application stays loaded. 0 to 86400000; 0 closes it at"
                            + " the end of"
                            + " each operation.",
            min = "0",
            max = "86400000")
    long idleMillis() default 30_000;

    @AttributeDefinition(
            name = "Administrators",
            description =
                    "Which bundles may do what concerns all that is sealed, whoever sealed it: read it, by salvaging"
                            + " and by"
                            + " backups; replace it, by restoring them; give it up and begin anew. By their symbolic"
                            + " names,"
                            + " separated by commas; all others are refused as NOT_PERMITTED. Default: the commands.")
    String[] administrators() default "org.ermine.tee.shell";
}
