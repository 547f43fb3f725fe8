// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** What an operator configured of permissions, for their health check. It has no threads and no locks. */
package org.ermine.tee.monitor.rules;
