// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Joins three things that the build has anyway: the statements in {@code statements.md}, the test sources, in which
 * display names say what a test proves, and the XML reports of Surefire and Failsafe, which say how it ended.
 *
 * <p>Runs as the last integration test of the build, on the thread of that test; it is never deployed.
 */
package org.ermine.tee.itests.conformance;
