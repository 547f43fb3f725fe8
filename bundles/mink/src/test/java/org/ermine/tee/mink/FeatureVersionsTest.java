// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureVersionsTest {

    @ParameterizedTest
    @CsvSource({"0x01402000, 5.2.0", "0x3fcfffff, 255.255.4095", "0xc0300001, 0.0.1"})
    @DisplayName(
            "given a version, then major has bits 22 to 29, minor 12 to 19, patch 0 to 11, and no other bit matters")
    void format(String version, String text) {
        assertEquals(text, FeatureVersions.format(Long.decode(version).intValue()));
    }
}
