// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The statistics in JMX, as {@code org.ermine.tee:type=Statistics}, where Java has that.
 *
 * <p>Knows what {@code TeeRuntime} counts, and the types by which JMX tells it. Does not know how it is counted.
 * Nothing outside names these types.
 *
 * <p>Holds no lock: the bean asks anew each time.
 */
package org.ermine.tee.monitor.management;
