// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.fuzz.Input;
import org.ermine.tee.qtee.emulator.app.AppName;
import org.ermine.tee.qtee.emulator.app.ImageMetadata;
import org.ermine.tee.qtee.emulator.service.CredentialsMap;
import org.ermine.tee.trusted.TrustedClient;
import org.junit.jupiter.api.DisplayName;

/** What buffers of the normal world contain: credentials, images of applications, names. */
class ContentFuzzTest {

    @FuzzTest
    @DisplayName("credentials and images of any content are understood or refused, and yield valid names only")
    void content(byte[] bytes) {
        Input input = new Input(bytes);
        int kind = input.below(3);
        // The buffer is direct and exactly as long as the content, so that reading on would throw.
        byte[] rest = input.rest();
        ByteBuffer content = ByteBuffer.allocateDirect(rest.length).put(0, rest).order(ByteOrder.LITTLE_ENDIAN);
        try {
            switch (kind) {
                case 0 -> requireSane(CredentialsMap.parse(content).client());
                case 1 -> requireValid(ImageMetadata.name(content));
                default -> requireValid(AppName.read(content));
            }
        } catch (TeeException e) {
            // It was refused, with a result.
        }
    }

    private static void requireSane(TrustedClient client) {
        if (client.uid() < 0 || client.packageName() == null) {
            throw new AssertionError("credentials of " + client);
        }
    }

    private static void requireValid(String name) {
        if (name.isEmpty() || name.length() > AppName.MAX_LENGTH || name.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new AssertionError("an application is named \"" + name + "\"");
        }
    }
}
