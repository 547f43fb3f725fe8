// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.ermine.tee.TeeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageMetadataTest {

    private static final int METADATA_INVALID = 13;
    private static final int NO_NAME = 15;

    private static String name(byte[] image) throws TeeException {
        return ImageMetadata.name(ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN));
    }

    @ParameterizedTest
    @CsvSource({
        "n=smcinvoke_skeleton_ta64;, smcinvoke_skeleton_ta64",
        "t=2;n=tzecotestapp;p=3:57:8f;, tzecotestapp",
        "n=a;, a",
        "n=same;x=1;n=same;, same",
        "n=x;n=longer_one;, longer_one",
        "n=b@d;n=good;, good",
        "n=a.b-c_D9;, a.b-c_D9",
    })
    void givenMetadataThenTheNameIsFound(String metadata, String expected) throws Exception {
        assertEquals(expected, name(TestImage.image(metadata)));
    }

    @ParameterizedTest
    @CsvSource({
        "n=unterminated, 15",
        "name=other;, 15",
        "N=other;, 15",
        "n=;, 13",
        "n=b@d;, 13",
        "n=../../etc;, 13",
        "n=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx;, 13",
        "n=first;n=second;, 13",
    })
    void givenMetadataWithoutOneSoundNameThenTheyAreRefused(String metadata, int result) {
        byte[] image = TestImage.image(metadata);
        assertEquals(
                result,
                assertThrows(TeeException.class, () -> name(image)).result().code());
    }

    @Test
    void givenALargeImageOfRandomBytesThenItsNameIsStillFound() throws Exception {
        for (int seed = 0; seed < 8; seed++) {
            byte[] image = new byte[4 << 20];
            new Random(seed).nextBytes(image);
            byte[] head = TestImage.image("");
            System.arraycopy(head, 0, image, 0, head.length);
            byte[] metadata = "\0n=keymaster;\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            System.arraycopy(metadata, 0, image, image.length / 2, metadata.length);
            assertEquals("keymaster", name(image), "seed " + seed);
        }
    }

    @Test
    void givenAnImageWithoutMetadataThenThereIsNoName() {
        byte[] image = TestImage.image("");
        assertEquals(
                NO_NAME,
                assertThrows(TeeException.class, () -> name(image)).result().code());
        byte[] other = TestImage.image("n=;");
        assertEquals(
                METADATA_INVALID,
                assertThrows(TeeException.class, () -> name(other)).result().code());
    }
}
