// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/** An object of a context. */
public class ObjectDTO extends DTO {

    public long id;

    /** {@code tee}, {@code callback} or {@code memory}. */
    public String kind;

    /** The class of a callback object, the size of memory; empty if there is nothing to say. */
    public String description;
}
