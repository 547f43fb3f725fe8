// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The statistics in JMX, as {@code org.ermine.tee:type=Statistics}, where Java has JMX.
 *
 * <p>The package knows what {@code TeeRuntime} counts, and the types in which JMX shows it. It does not know how things
 * are counted. Nothing outside names these types.
 *
 * <p>It holds no lock: the bean asks anew each time.
 */
package org.ermine.tee.monitor.management;
