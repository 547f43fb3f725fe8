// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** What benchmarks are compared with: the least that an invocation can cost, and what people would use instead. */
package org.ermine.tee.itests.benchmarks.floor;
