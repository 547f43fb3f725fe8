// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import org.ermine.tee.CallbackObject;

/** A callback object behind which stands a handler service that can be replaced. */
interface HandlerCallback extends CallbackObject {}
