// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** The permissions that an operator configured, for their health check. The package has no threads and no locks. */
package org.ermine.tee.monitor.rules;
