// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What the fuzz targets share. The targets themselves stand in the packages whose parsers they reach; the module's
 * README names them.
 */
package org.ermine.tee.itests.fuzz;
