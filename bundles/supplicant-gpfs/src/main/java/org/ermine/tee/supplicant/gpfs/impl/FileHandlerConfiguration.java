// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Options of the file handler. */
@ObjectClassDefinition(
        name = "Ermine GP file handler",
        description = "Where files are kept that the TEE stores through listener 0x7000.")
@interface FileHandlerConfiguration {

    /** Configuration PID. */
    String PID = "org.ermine.tee.supplicant.gpfs";

    @AttributeDefinition(
            name = "Data root",
            description = "Directory of files whose changes a power failure may undo until a persistent file is"
                    + " changed. Made, for the owner only, if it does"
                    + " not exist. Empty: below the bundle's data area.",
            required = false)
    String dataRoot() default "";

    @AttributeDefinition(
            name = "Persist root",
            description =
                    "Directory of files that are forced to the disk with each write. Made, for the owner only, if it"
                            + " does not exist. Another directory than the data root, also by symbolic links. Empty: "
                            + "below the bundle's"
                            + " data area.",
            required = false)
    String persistRoot() default "";

    @AttributeDefinition(
            name = "Required mount point",
            description =
                    "Directory on which a file system has to be mounted, such as /var/persist. As long as none is,"
                            + " every command but VERSION fails with error 11 (EAGAIN), and nothing is written. "
                            + "Empty: none.",
            required = false)
    String requireMountPoint() default "";
}
