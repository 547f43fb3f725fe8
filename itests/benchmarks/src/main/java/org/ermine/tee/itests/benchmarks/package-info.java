// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What the path of an invocation costs. Each class of {@code suite} is a group of benchmarks that are run in one JVM:
 * parts of Ermine, and beside them their floors, marked by {@link org.ermine.tee.itests.benchmarks.Floor}. {@link
 * org.ermine.tee.itests.benchmarks.Benchmarks} runs each group in several JVMs, in shuffled order, and reports ratios.
 *
 * <p>Ermine runs as it is deployed: its bundles in a Felix of the measured JVM ({@link
 * org.ermine.tee.itests.benchmarks.World}), with the emulated QTEE behind {@code SecureChannel} and all checks on. Only
 * the types of {@code api} come from the class path.
 */
package org.ermine.tee.itests.benchmarks;
