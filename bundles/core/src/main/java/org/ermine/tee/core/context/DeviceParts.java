// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.context;

import java.lang.ref.ReferenceQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.ermine.tee.TeeObject;
import org.ermine.tee.core.invoke.CallFrames;
import org.ermine.tee.core.support.Pool;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.spi.SharedMemoryManager;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeDriver;
import org.ermine.tee.spi.TeeObserver;
import org.ermine.tee.spi.callback.CallbackWorkers;

/**
 * What all contexts of a device use. Immutable.
 *
 * @param name of the device
 * @param driver makes the other half of each context
 * @param memory allocates shared memory
 * @param workers returns the workers that serve callbacks at present, or null for none
 * @param observer the present observer, or null
 * @param frames for calls into the driver
 * @param requests for calls of the driver
 * @param lostHandles the queue in which the garbage collector puts the references whose handles are gone
 * @param problems logs what clients or the TEE can repeat
 */
public record DeviceParts(
        String name,
        TeeDriver driver,
        SharedMemoryManager memory,
        Supplier<CallbackWorkers> workers,
        AtomicReference<TeeObserver> observer,
        CallFrames frames,
        Pool<SupplicantRequest> requests,
        ReferenceQueue<TeeObject> lostHandles,
        RepeatLog problems) {}
