// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.jmx;

import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.TabularData;

/**
 * Statistics of Ermine for JMX, in open types: clients need no class of ours. Names and units are those of the DTOs of
 * {@code org.ermine.tee.runtime}.
 */
public interface StatisticsMBean {

    /** What each device has open and what it did since it came, by its {@code name}. */
    TabularData getDevices() throws OpenDataException;

    /**
     * How many activities were measured and failed, and how long they took, by {@code device} and {@code kind}; empty
     * while nothing is measured.
     */
    TabularData getLatencies() throws OpenDataException;

    /**
     * How many activities took how long, by {@code device}, {@code kind} and {@code upperBound}; empty while nothing is
     * measured.
     */
    TabularData getHistograms() throws OpenDataException;
}
