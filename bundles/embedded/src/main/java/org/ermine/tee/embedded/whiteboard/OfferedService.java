// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.whiteboard;

import java.util.Map;
import java.util.function.Supplier;

/**
 * A service as the registry of the framework tells of it.
 *
 * @param key identifies it: its service reference
 * @param properties of the service
 * @param bundle names its bundle
 * @param get gets the service object, which is foreign code; null if it cannot be had
 * @param unget gives it back, which is foreign code too
 * @param rights what its bundle may offer
 */
public record OfferedService<S>(
        Object key, Map<String, Object> properties, String bundle, Supplier<S> get, Runnable unget, Rights rights) {}
