// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.app;

import java.nio.charset.StandardCharsets;

/** The image of a trusted application for tests: what makes it an ELF file, and its metadata. */
public final class TestImage {

    private TestImage() {}

    public static byte[] image(String metadata) {
        byte[] image = new byte[256 + metadata.length()];
        System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}, 0, image, 0, 7);
        System.arraycopy(metadata.getBytes(StandardCharsets.ISO_8859_1), 0, image, 128, metadata.length());
        return image;
    }
}
