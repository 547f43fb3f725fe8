// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** The benchmarks: a class for each group. */
package org.ermine.tee.itests.benchmarks.suite;
