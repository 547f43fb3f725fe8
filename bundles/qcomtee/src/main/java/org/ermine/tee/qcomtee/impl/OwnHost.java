// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import org.ermine.tee.spi.ContextHost;
import org.ermine.tee.spi.MemoryRegion;

/** The host of the device's own context, which has neither callback objects nor shared memory. */
final class OwnHost implements ContextHost {

    @Override
    public void retain() {
        // It lives as long as the device.
    }

    @Override
    public void release() {
        // It lives as long as the device.
    }

    @Override
    public void requestQueued() {
        throw new IllegalStateException("the device's own context has no callback objects");
    }

    @Override
    public void awaiting() {
        throw new IllegalStateException("the device's own context has no callback objects");
    }

    @Override
    public MemoryRegion memory(long id) {
        return null;
    }

    @Override
    public void requireService(String uid) {
        // The device opens what it needs.
    }

    @Override
    public void requireIdentity(long credentials) {
        // The device registers as itself.
    }

    @Override
    public String owner() {
        return "the device itself";
    }
}
