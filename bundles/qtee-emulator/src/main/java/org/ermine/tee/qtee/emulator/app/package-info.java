// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Trusted applications, from being deployed to being unloaded, and QTEE's services for them (UIDs 3, 143 and 268).
 *
 * <p>Knows names, images, loads and controllers, and what an application may use. Does not know where deployed code
 * comes from, nor how an invocation reaches it. Applications share out among clients what is theirs, as they are told
 * who their client is; how many are loaded is not shared out.
 *
 * <p>The monitor of a {@link org.ermine.tee.qtee.emulator.app.LoadedApp} guards its state; within it that of the map of
 * loaded applications is taken, which guards which application has a name and room for it. That of a controller guards
 * whether it is connected, and its callback. An application's code is called with none of them held.
 */
package org.ermine.tee.qtee.emulator.app;
