// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Where a number is made narrower, or made of a text. Each class that does so is named here, with the reason why no
 * number is cut and called a success: it was compared before it is converted, not after.
 */
class NarrowingIT {

    private static final Pattern NARROWS = Pattern.compile("\\((int|short|byte|char)\\) |\\.(int|short|byte)Value\\(\\)"
            + "|\\b(Integer|Long|Short|Byte)\\.(parse\\w+|decode|valueOf)\\(");

    private static final Pattern CONSTANTS = Pattern.compile("\\((short|byte|char)\\) \\d");

    private static final String COMPARED =
            "is compared with the most as a long, or is a share of what is, and else refused";
    private static final String HALF = "is a part of a word that is wanted by itself";
    private static final String HASH = "only spreads threads over places";
    private static final String CONSTANT = "is a small constant";
    private static final String MADE = "was made of a number as narrow";
    private static final String DIGITS = "its digits are counted by a pattern first";
    private static final String NAME = "a name has at most 255 bytes, and longer ones are refused";

    private static final Map<String, String> MAY_NARROW = new TreeMap<>(Map.ofEntries(
            Map.entry("org/ermine/tee/core/rights/Credentials", COMPARED),
            Map.entry("org/ermine/tee/core/invoke/CallFrame", HALF),
            Map.entry("org/ermine/tee/core/object/HostedCallbacks", HALF),
            Map.entry("org/ermine/tee/core/support/Pool", HASH),
            Map.entry("org/ermine/tee/core/permissions/EnforcedPermissions", MADE),
            Map.entry("org/ermine/tee/permissions/impl/RuleParser", COMPARED),
            Map.entry(
                    "org/ermine/tee/monitor/health/HealthLimits",
                    "text that is no number of 32 bits is refused by the exception"),
            Map.entry("org/ermine/tee/embedded/options/NarrowedNumbers", "it is the comparison"),
            Map.entry("org/ermine/tee/embedded/options/OptionRanges", "what is no number is refused by the exception"),
            Map.entry("org/ermine/tee/embedded/options/OptionReader", COMPARED),
            Map.entry("org/ermine/tee/qcomtee/export/AsyncMessages", COMPARED),
            Map.entry("org/ermine/tee/qcomtee/message/CallbackMessage", COMPARED),
            Map.entry("org/ermine/tee/qcomtee/message/DirectMessage", COMPARED),
            Map.entry("org/ermine/tee/qcomtee/request/HandOver", HALF),
            Map.entry("org/ermine/tee/qcomtee/teeobject/HandleTable", HALF),
            Map.entry("org/ermine/tee/qcomtee/request/IdTable", HALF),
            Map.entry("org/ermine/tee/qcomtee/argument/CallbackArguments", COMPARED),
            Map.entry("org/ermine/tee/qcomtee/teeobject/SecureObjects", HALF),
            Map.entry("org/ermine/tee/qtee/emulator/call/TrustedCall", HALF),
            Map.entry("org/ermine/tee/qtee/emulator/call/CallPool", HASH),
            Map.entry(
                    "org/ermine/tee/qtee/emulator/object/IdentityTable",
                    "a place is below the length of an array; a mark is seven bits of a hash on purpose"),
            Map.entry("org/ermine/tee/qtee/emulator/message/InboundMessage", HALF),
            Map.entry("org/ermine/tee/sealed/object/ReadAhead", COMPARED),
            Map.entry("org/ermine/tee/sealed/stream/ObjectOutput", HALF),
            Map.entry(
                    "org/ermine/tee/sealed/protocol/MetadataCodec",
                    "what is longer than 1024 bytes is refused behind it"),
            Map.entry("org/ermine/tee/sealed/backup/Restore", "what has more than 1,024 bytes is refused before"),
            Map.entry("org/ermine/tee/spi/HazardSlots", HASH),
            Map.entry("org/ermine/tee/qtee/emulator/message/CallbackLayout", COMPARED),
            Map.entry("org/ermine/tee/qtee/emulator/service/CredentialsMap", COMPARED),
            Map.entry("org/ermine/tee/qtee/emulator/service/CredentialsReader", COMPARED),
            Map.entry(
                    "org/ermine/tee/qtee/emulator/app/DiagnosticsService",
                    "settings require a heap below 4 GiB, and on the wire it is unsigned"),
            Map.entry("org/ermine/tee/qtee/emulator/state/Hkdf", CONSTANT),
            Map.entry("org/ermine/tee/qtee/emulator/app/ImageMetadata", "a byte of a stream that has not ended"),
            Map.entry("org/ermine/tee/qtee/emulator/listener/Listener", HALF),
            Map.entry("org/ermine/tee/qtee/emulator/normalworld/Mapping", COMPARED),
            Map.entry("org/ermine/tee/qtee/emulator/object/DomainObjectTable", HALF),
            Map.entry("org/ermine/tee/qtee/emulator/limit/EmulatorSettings", DIGITS),
            Map.entry("org/ermine/tee/qtee/emulator/app/TaBufferService", HALF),
            Map.entry("org/ermine/tee/shell/command/Console", DIGITS),
            Map.entry("org/ermine/tee/shell/runtime/Contexts", DIGITS),
            Map.entry("org/ermine/tee/shell/runtime/RecordCommand", DIGITS),
            Map.entry("org/ermine/tee/shm/region/AddressSpace", HALF),
            Map.entry("org/ermine/tee/shm/object/MemoryObjects", HALF),
            Map.entry("org/ermine/tee/spi/PhysicalMemory", HALF),
            Map.entry("org/ermine/tee/spi/TeeParam", MADE),
            Map.entry("org/ermine/tee/statistics/impl/LatencyHistogram", HASH),
            Map.entry("org/ermine/tee/supplicant/gpfs/storage/AppendJournal", "a checksum of 32 bits"),
            Map.entry("org/ermine/tee/supplicant/gpfs/disk/Diagnosis", COMPARED),
            Map.entry("org/ermine/tee/supplicant/gpfs/disk/MountPoint", DIGITS),
            Map.entry("org/ermine/tee/supplicant/time/impl/TimeHandler", COMPARED),
            Map.entry("org/ermine/tee/ta/sealedstorage/blocks/BlockCipher", CONSTANT),
            Map.entry("org/ermine/tee/ta/sealedstorage/blocks/BlockHeader", CONSTANT),
            Map.entry("org/ermine/tee/ta/sealedstorage/generations/DiscardedFiles", "an object of one chunk"),
            Map.entry(
                    "org/ermine/tee/ta/sealedstorage/tree/IndexEntry",
                    "an object has at most 2^24 chunks, and each is an int"),
            Map.entry("org/ermine/tee/ta/sealedstorage/versions/IndexVersions", "the lower 24 bits of a number"),
            Map.entry("org/ermine/tee/ta/sealedstorage/drawers/KeyCoder", NAME),
            Map.entry("org/ermine/tee/ta/sealedstorage/impl/Listing", NAME),
            Map.entry("org/ermine/tee/ta/sealedstorage/tree/NodeCodec", NAME),
            Map.entry("org/ermine/tee/ta/sealedstorage/store/ObjectReader", COMPARED),
            Map.entry("org/ermine/tee/ta/sealedstorage/store/StoredSet", "it has as many bytes where it is stored"),
            Map.entry("org/ermine/tee/webconsole/impl/Page", DIGITS)));

    private static boolean narrows(String source) {
        return NARROWS.matcher(CONSTANTS.matcher(source).replaceAll("")).find();
    }

    @Test
    @DisplayName(
            "ERM-18, TRAP-27: given the sources of what is deployed, then only classes make numbers narrower that cut "
                    + "none")
    void onlyKnownClassesNarrow() throws IOException {
        Set<String> found = new TreeSet<>();
        MainSources.all().forEach((name, source) -> {
            if (narrows(source)) {
                found.add(name);
            }
        });

        assertEquals(String.join("\n", MAY_NARROW.keySet()), String.join("\n", found));
    }

    @Test
    @DisplayName("ERM-18, TRAP-27: given a number that is made narrower, or made of a text, then it is found")
    void isFound() {
        assertTrue(narrows("int size = (int) length;"));
        assertTrue(narrows("int size = number.intValue();"));
        assertTrue(narrows("int size = Integer.parseInt(text);"));
        assertFalse(narrows("int size = Math.toIntExact(length);"));
        assertFalse(narrows("bytes[0] = (byte) 0;"));
        assertFalse(narrows("/* " + "*/ void add(int size) {"));
    }
}
