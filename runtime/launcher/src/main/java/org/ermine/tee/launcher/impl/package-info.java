// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What {@code bin/ermine} runs: the framework, as its configuration says. It owns the bundle cache of a home and the
 * record of what is in there, keeps both from one start to the next as long as nothing changed, and makes them anew
 * where anything did. Runs on the main thread; when the JVM ends, one thread more stops the framework, and one ends the
 * trial of the archive of classes. Where the script stays before a terminal, the JVM ends within a few seconds after
 * the script does; a thread of the JDK's looks. The script has claimed the home by then, so nobody else uses the cache.
 * It is no bundle of the running framework, and runs before there is a log: what an operator has to know goes to the
 * standard error.
 */
package org.ermine.tee.launcher.impl;
