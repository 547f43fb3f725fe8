// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.example.processors;

import java.nio.ByteBuffer;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.TeeListener;
import org.osgi.service.component.annotations.Component;

@Component
@TeeListener(id = 0x4000, bufferSize = 4096)
public class Processors implements ListenerHandler {
    @Override
    public void handle(ByteBuffer message) {
        message.putInt(4, Runtime.getRuntime().availableProcessors());
    }
}
