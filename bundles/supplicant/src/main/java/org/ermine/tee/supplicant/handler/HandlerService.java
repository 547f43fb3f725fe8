// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import java.util.Map;
import java.util.function.Supplier;

/**
 * A handler service as the registry of the framework tells of it.
 *
 * @param key identifies it: its service reference
 * @param properties of the service
 * @param bundle names its bundle, as the owner of its calls
 * @param get gets the service object; null if it cannot be had
 * @param unget gives it back
 * @param rights whether its bundle may serve what it is for
 */
public record HandlerService<S>(
        Object key, Map<String, Object> properties, String bundle, Supplier<S> get, Runnable unget, Rights rights) {}
