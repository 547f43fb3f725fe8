// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Measures how long invocations and callbacks take, and has Flight Recorder take events down, as core's observer.
 *
 * <ul>
 *   <li>Offers {@link org.ermine.tee.spi.TeeObserver} and {@link org.ermine.tee.runtime.RuntimeContributor} while there
 *       is something to measure, and only then: without it core measures nothing, which costs nothing. What it has
 *       measured is in {@code TeeRuntime}'s snapshots. {@link org.ermine.tee.runtime.TeeRecorder} writes recordings;
 *       {@code org/ermine/tee/statistics/ermine.jfc} are the settings.
 *   <li>Needs nothing. Package {@code jdk.jfr} is optional: where Java lacks it, statistics work and recording says so.
 *   <li>Threads: none of its own. It is called on those that invoke and those that serve callbacks.
 *   <li>State: {@link org.ermine.tee.statistics.impl.LatencyHistogram} is striped by thread and written without a lock;
 *       those who read it take turns. {@link org.ermine.tee.statistics.impl.Observation} has one thread at a time
 *       register the service, with no lock held.
 * </ul>
 */
package org.ermine.tee.statistics.impl;
