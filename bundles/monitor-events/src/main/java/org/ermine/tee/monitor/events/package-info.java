// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Posts events of Ermine under {@code org/ermine/tee/} in EventAdmin.
 *
 * <p>The bundle needs {@link org.ermine.tee.runtime.TeeRuntime} and an EventAdmin, offers nothing and has no threads of
 * its own: {@code EventPoster} looks when the runtime says that something changed. It guards by {@code this} what it
 * knows, and calls nobody while it holds that.
 */
@RequireTee
package org.ermine.tee.monitor.events;

import org.ermine.tee.RequireTee;
