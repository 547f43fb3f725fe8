// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The options of the supplicant: how they are described to operators, how they are read and checked, and the service by
 * which the component gets them. A change of them makes another supplicant. It knows no other package of this bundle.
 */
package org.ermine.tee.supplicant.options;
