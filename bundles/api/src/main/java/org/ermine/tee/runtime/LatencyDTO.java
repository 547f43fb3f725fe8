// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.runtime;

import org.osgi.dto.DTO;

/**
 * How long activities of one kind took on one device, since {@link StatisticsDTO#since}. Times in nanoseconds, within 1
 * %.
 */
public class LatencyDTO extends DTO {

    /** An invocation of a client, with all callbacks that it led to. */
    public static final String INVOCATION = "invocation";

    /** A request to a callback object, from being queued until a worker took it. */
    public static final String QUEUE = "queue";

    /** The work of a callback object or handler on a request. */
    public static final String CALLBACK = "callback";

    /** Name of the device. */
    public String device;

    /** {@link #INVOCATION}, {@link #QUEUE} or {@link #CALLBACK}. */
    public String kind;

    /** How many were measured. Of invocations that is a part only, see {@link StatisticsDTO#sampling}. */
    public long count;

    /** How many ended in an error, measured or not. */
    public long failures;

    public long min;
    public long mean;
    public long max;

    /** Half of those that were measured took no longer. */
    public long p50;

    public long p90;
    public long p99;
    public long p999;

    /** From the shortest times to the longest: always the same bounds, so that two states can be subtracted. */
    public LatencyBucketDTO[] buckets = {};
}
