// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The options of the supplicant: how they are described to operators, how they are read and checked, and the service by
 * which the component gets them. When they change, another supplicant is made. The package knows no other one of this
 * bundle.
 */
package org.ermine.tee.supplicant.options;
