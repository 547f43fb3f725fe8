// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/**
 * How long things take, measured since {@link #since}. It is present while a bundle such as org.ermine.tee.statistics
 * measures.
 */
public class StatisticsDTO extends DTO {

    /** When measuring began, in milliseconds since 1970. */
    public long since;

    /** The number of invocations of which one is measured; 1 means all. Everything else is measured each time. */
    public int sampling;

    /** The latencies of each device and kind of activity of which there was one, ordered by both. */
    public LatencyDTO[] latencies = {};
}
