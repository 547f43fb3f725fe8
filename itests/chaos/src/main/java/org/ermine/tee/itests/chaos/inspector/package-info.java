// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** The bundle through which the driver looks at Ermine. */
package org.ermine.tee.itests.chaos.inspector;
