// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/** How many activities took longer than the bucket before allows, and no longer than {@link #upperBound}. */
public class LatencyBucketDTO extends DTO {

    /** In nanoseconds: 1, 2 or 5 times a power of ten; {@link Long#MAX_VALUE} in the last bucket. */
    public long upperBound;

    public long count;
}
