// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/** What was refused to a bundle under one option. */
public class RefusalDTO extends DTO {

    /** Symbolic name and version. */
    public String bundle;

    public long bundleId;

    /** The option that would have to permit it. */
    public String option;

    /** What was refused last: the name of a device or callback, or the number of a service or listener. */
    public String name;

    /** Why it was refused last, in words. */
    public String reason;

    /** How often something was refused. */
    public long count;

    /** When something was refused last, in milliseconds since 1970. */
    public long lastAt;
}
