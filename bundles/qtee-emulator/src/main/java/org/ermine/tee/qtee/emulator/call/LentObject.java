// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import org.ermine.tee.ObjectReference;
import org.ermine.tee.qtee.emulator.object.DomainObject;
import org.ermine.tee.trusted.TrustedObject;

/**
 * An object of the secure world that is an argument: a hold on it for the time of the invocation, and what the callee
 * sees.
 */
record LentObject(DomainObject hosted, TrustedObject visible) implements ObjectReference {}
