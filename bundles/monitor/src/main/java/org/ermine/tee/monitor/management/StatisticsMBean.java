// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.management;

import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.TabularData;

/**
 * Statistics of Ermine for JMX, in open types: clients need no class of ours. Names and units are those of the DTOs of
 * {@code org.ermine.tee.runtime}.
 */
public interface StatisticsMBean {

    /** By {@code name} of the device what it has open and what it did since it came. */
    TabularData getDevices() throws OpenDataException;

    /**
     * By {@code device} and {@code kind} how many were measured and failed, and how long they took; empty while nobody
     * measures.
     */
    TabularData getLatencies() throws OpenDataException;

    /** By {@code device}, {@code kind} and {@code upperBound} how many took that long; empty while nobody measures. */
    TabularData getHistograms() throws OpenDataException;
}
