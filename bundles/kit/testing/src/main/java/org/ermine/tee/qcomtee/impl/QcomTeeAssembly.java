// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.spi.SharedMemoryManager;
import org.ermine.tee.testing.impl.LocalBundle;

/** The Qualcomm backend's component, wired as its component description says. */
public final class QcomTeeAssembly {

    private QcomTeeAssembly() {}

    public static void start(LocalBundle bundle, SharedMemoryManager memory) {
        QcomTeeDrivers drivers = new QcomTeeDrivers(
                bundle.context(),
                memory,
                bundle.read(QcomTeeConfiguration.class, QcomTeeConfiguration.PID, Limits::read));
        bundle.bind(
                SecureChannel.class,
                drivers::addChannel,
                (channel, properties) -> {},
                (channel, properties) -> drivers.removeChannel(channel));
    }
}
