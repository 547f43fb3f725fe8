// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What the tests of all bundles put in the place of others: one fake, or one base of fakes, for each contract of which
 * more than one bundle's tests need one. Fakes that only one bundle needs are in its own tests.
 */
package org.ermine.tee.fakes;
