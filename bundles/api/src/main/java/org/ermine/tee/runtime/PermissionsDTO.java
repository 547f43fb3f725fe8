// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/** What bundles may do, and what was refused. */
public class PermissionsDTO extends DTO {

    /**
     * The bundle whose policy decides; empty if there is none. Then {@link #failure} or {@link #leftOpen} tells what
     * holds.
     */
    public String enforcedBy = "";

    /** Whether nothing is permitted while there is no policy. */
    public boolean required;

    /**
     * The options that leave something to every bundle: {@code devices}, {@code services}, {@code listeners}, {@code
     * callbacks}, {@code trusted}.
     */
    public String[] leftOpen = {};

    /** The rules in force, each after the name of its option: {@code devices = com.example.*: qtee-emulator}. */
    public String[] rules = {};

    /** Why nothing at all is permitted; empty if that is not so. */
    public String failure = "";

    /** Refusals since core started. */
    public long refused;

    /**
     * What was refused to whom and would be refused again, the latest last. There is one for each bundle and option, of
     * the last 256 of these. Those are left out whose bundle has been given the right to {@link RefusalDTO#name} since,
     * even if others of the option are still refused to it; {@link #refused} still counts them.
     */
    public RefusalDTO[] refusals = {};
}
