// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What is measured in turns: {@link org.ermine.tee.itests.benchmarks.cases.Case} names each with its target, the other
 * classes are the groups of cases, each of which is measured in a JVM of its own.
 */
package org.ermine.tee.itests.benchmarks.cases;
