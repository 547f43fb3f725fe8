// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.call;

import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qcomtee.export.AsyncMessages;
import org.ermine.tee.qcomtee.export.ExportTable;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.qcomtee.teeobject.ObjectUses;
import org.ermine.tee.qcomtee.teeobject.SecureObjects;
import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.spi.SharedMemoryManager;
import org.ermine.tee.spi.support.SpinTime;

/**
 * What the invocations of one device share, the same from its start to its end.
 *
 * @param device its name, for messages
 * @param spinTime that of clients which wait for callbacks
 * @param exports the objects that QTEE knows of the normal world
 * @param secureObjects the references on objects of QTEE
 * @param uses which objects of its contexts are being invoked
 * @param quarantine where buffers are kept that QTEE does not give back
 * @param problems where to tell of what QTEE or a client can repeat
 */
public record Transport(
        String device,
        SecureChannel channel,
        SharedMemoryManager memory,
        DeviceLimits limits,
        SpinTime spinTime,
        ExportTable exports,
        AsyncMessages asyncMessages,
        SecureObjects secureObjects,
        ObjectUses uses,
        CallingContexts contexts,
        Quarantine quarantine,
        RepeatLog problems) {}
