// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The statistics in JMX, as {@code org.ermine.tee:type=Statistics}.
 *
 * <p>The package knows what {@link org.ermine.tee.runtime.TeeRuntime} counts, and the types in which JMX shows it. It
 * does not know how things are counted. Nothing outside names these types. It holds no lock: the bean asks anew each
 * time.
 */
@RequireTee
package org.ermine.tee.monitor.jmx;

import org.ermine.tee.RequireTee;
