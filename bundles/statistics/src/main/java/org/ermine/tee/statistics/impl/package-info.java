// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Measures how long invocations and callbacks take, and has Flight Recorder record events, as core's observer.
 *
 * <ul>
 * <li>The bundle offers {@link org.ermine.tee.spi.TeeObserver} and {@link org.ermine.tee.runtime.RuntimeContributor}
 *     while there is something to measure, and only then: without an observer core measures nothing, which costs
 *     nothing. What was measured is in {@code TeeRuntime}'s snapshots. {@link org.ermine.tee.runtime.TeeRecorder}
 *     writes recordings; {@code org/ermine/tee/statistics/ermine.jfc} has their settings.
 * <li>It needs nothing. The package {@code jdk.jfr} is optional: where Java lacks it, statistics work, and a recording
 *     fails with a clear error.
 * <li>It has no threads of its own. It is called on the threads that invoke and on those that serve callbacks.
 * <li>State: {@link org.ermine.tee.statistics.impl.LatencyHistogram} is striped by thread and written without a lock;
 *     readers take turns. In {@link org.ermine.tee.statistics.impl.Observation} one thread at a time registers the
 *     service, with no lock held.
 * </ul>
 */
package org.ermine.tee.statistics.impl;
