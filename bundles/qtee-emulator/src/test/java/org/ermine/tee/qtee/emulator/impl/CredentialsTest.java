// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.ermine.tee.qtee.emulator.impl.TestDriver.OK;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.ROOT;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.in;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.io;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.le;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.object;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.out;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.outObject;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.trusted.TrustedClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registering clients with the root object. */
@Timeout(30)
class CredentialsTest {

    private static final int INVALID = 2;
    private static final int SIZE_IN = 3;
    private static final int NOT_FOUND = 10;
    private static final int PRIVILEGE = 11;
    private static final int WHO = 5000;

    @TempDir
    Path directory;

    private TestDriver driver;
    private final AtomicReference<TrustedClient> seen = new AtomicReference<>();

    @BeforeEach
    void start() throws Exception {
        driver = new TestDriver(directory);
        driver.emulator.addService(
                WHO,
                client -> {
                    seen.set(client);
                    return (op, arguments) -> {};
                },
                Map.of());
    }

    @ParameterizedTest
    @CsvSource({
        // libcbor: the uid in 4 bytes; QCBOR: as short as can be; then with a package name
        "a2011a000003e8061b0000018f00000000, 1000, ''",
        "a20100061b0000018f00000000, 0, ''",
        "a3011903e803686f72672e61707061061b0000018f00000000, 1000, org.appa",
        "a3010105410503417a, 1, z",
        "a101 1b7fffffffffffffff, 9223372036854775807, ''",
    })
    @DisplayName("given credentials as libqcomtee and Ermine write them, then the client is who they say")
    void understood(String cbor, long uid, String packageName) throws Exception {
        byte[] content = hex(cbor.replace("03417a", "03617a"));
        int environment = driver.ok(ROOT, 2, object(driver.export(io(content))), outObject())
                .object();
        driver.open(environment, WHO);
        assertEquals(new TrustedClient(uid, packageName), seen.get());
        assertEquals(1, driver.released.size(), "the credentials object is let go of");

        driver.open(driver.ok(ROOT, 1, in(content), outObject()).object(), WHO);
        assertEquals(new TrustedClient(uid, packageName), seen.get());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "a0",
                "a1",
                "a101",
                "a1011a0000",
                "a1010100",
                "a2010101 02",
                "a10120",
                "a101f5",
                "a1 01 9f00ff",
                "bf0101ff",
                "a1 01 1c",
                "a1 6161 01",
                // map of 1; 1: 2^64 - 1
                "a1011bffffffffffffffff",
                "a2010103 62c328",
                "a20101034161",
                // map of 2; 1: 1; 3: a text of 2^31 - 1 bytes, of which there is none
                "a2010103 7a7fffffff",
                "b8ff",
                // map of 2^64 - 1 entries, of which there is none
                "bbffffffffffffffff",
                "a10102a10103",
                "a201010163616263",
                "81a10101",
                "a1010000"
            })
    @DisplayName("given credentials that are no sound map, then they are refused")
    void refused(String cbor) throws Exception {
        byte[] content = hex(cbor);
        assertEquals(INVALID, driver.result(ROOT, 2, object(driver.export(io(content))), outObject()));
        assertEquals(INVALID, driver.result(ROOT, 1, in(content), outObject()));
        assertEquals(0, driver.exported(), "nothing of the normal world is held");
        assertEquals(0, driver.emulator.liveObjects());
    }

    @Test
    void givenCredentialsOfSeveralChunksThenTheyAreReadToTheEnd() throws Exception {
        String name = "n".repeat(3000);
        byte[] head = hex("a20101" + "03" + "79" + HexFormat.of().toHexDigits((short) 3000));
        byte[] content = Arrays.copyOf(head, head.length + 3000);
        System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, content, head.length, 3000);
        driver.open(
                driver.ok(ROOT, 2, object(driver.export(io(content))), outObject())
                        .object(),
                WHO);
        assertEquals(name, seen.get().packageName());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 4097, 1L << 32, Long.MIN_VALUE})
    void givenALengthOutOfBoundsThenNothingIsRead(long length) throws Exception {
        AtomicInteger reads = new AtomicInteger();
        int credentials = driver.export(request -> {
            reads.addAndGet(request.op());
            request.outputs()[0] = java.nio.ByteBuffer.allocate(8)
                    .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                    .putLong(length)
                    .array();
            return OK;
        });
        assertEquals(INVALID, driver.result(ROOT, 2, object(credentials), outObject()));
        assertEquals(0, reads.get());
    }

    @Test
    void givenCredentialsThatAnswerNonsenseThenRegisteringFails() throws Exception {
        int shortLength = driver.export(request -> {
            request.outputs()[0] = new byte[4];
            return OK;
        });
        assertEquals(INVALID, driver.result(ROOT, 2, object(shortLength), outObject()));
        int endsEarly = driver.export(request -> {
            request.outputs()[0] = request.op() == 0 ? new byte[] {9, 0, 0, 0, 0, 0, 0, 0} : new byte[0];
            return OK;
        });
        assertEquals(INVALID, driver.result(ROOT, 2, object(endsEarly), outObject()));
        int fails = driver.export(request -> 12);
        assertEquals(12, driver.result(ROOT, 2, object(fails), outObject()));
        int tooLong = driver.export(request -> {
            request.outputs()[0] = new byte[9];
            return OK;
        });
        assertEquals(-96, driver.result(ROOT, 2, object(tooLong), outObject()));
        assertEquals(INVALID, driver.result(ROOT, 2, object(0), outObject()));
        int environment = driver.register(1);
        assertEquals(INVALID, driver.result(ROOT, 2, object(environment), outObject()));
    }

    @Test
    void givenAWhitelistThenOnlyItsServicesOpen() throws Exception {
        int credentials = driver.export(io(hex("a10101")));
        int environment = driver.ok(ROOT, 3, in(2033, 7777), object(credentials), outObject())
                .object();
        driver.release(driver.open(environment, 2033));
        assertEquals(PRIVILEGE, driver.result(environment, 0, in(WHO), outObject()));
        assertEquals(NOT_FOUND, driver.result(environment, 0, in(7777), outObject()));
        credentials = driver.export(io(hex("a10101")));
        assertEquals(SIZE_IN, driver.result(ROOT, 3, in(new byte[5]), object(credentials), outObject()));
        assertFalse(driver.holds(credentials));
    }

    @Test
    void givenCredentialsByPropertyThenTheClientIsWhoTheySay() throws Exception {
        int credentials = driver.export(request -> {
            int index = TestDriver.int32(request.inputs().get(0));
            String[] names = {"system_time", "uid", "pkg_name"};
            if (index >= names.length) {
                return 10;
            }
            request.outputs()[0] = names[index].getBytes(StandardCharsets.US_ASCII);
            request.outputs()[1] = index == 2 ? "org.b".getBytes(StandardCharsets.US_ASCII) : le(42);
            return OK;
        });
        driver.open(driver.ok(ROOT, 5, object(credentials), outObject()).object(), WHO);
        assertEquals(new TrustedClient(42, "org.b"), seen.get());
        assertEquals(INVALID, driver.result(ROOT, 5, object(driver.export(request -> 10)), outObject()));
        assertEquals(9, driver.result(ROOT, 5, object(driver.export(request -> 9)), outObject()));
    }

    @ParameterizedTest
    @CsvSource({"ffffffffffffffff, 2", "0000000000000080, 2", "ffffffffffffff7f, 0"})
    @DisplayName("ERM-18: given a uid beyond 2^63 by property, then it is refused, as in a map, and not taken for a "
            + "negative one")
    void givenAUidByPropertyThatIsOutOfRangeThenItIsRefused(String uid, int expected) throws Exception {
        int credentials = driver.export(request -> {
            if (TestDriver.int32(request.inputs().get(0)) > 0) {
                return 10;
            }
            request.outputs()[0] = "uid".getBytes(StandardCharsets.US_ASCII);
            request.outputs()[1] = hex(uid);
            return OK;
        });
        assertEquals(expected, driver.result(ROOT, 5, object(credentials), outObject()));
    }

    @Test
    void givenNoCredentialsThenOnlyTheKernelRegisters() throws Exception {
        driver.open(driver.ok(ROOT, 5, object(0), outObject()).object(), WHO);
        assertEquals("kernel", seen.get().packageName());
    }

    @Test
    void givenTheOtherOperationsThenEachHasItsError() throws Exception {
        assertEquals(PRIVILEGE, driver.result(ROOT, 0, in(WHO), outObject()));
        assertEquals(INVALID, driver.result(ROOT, 4));
        assertEquals(10, driver.result(ROOT, 6, in(new byte[8])));
        assertEquals(11, driver.result(ROOT, 7, in(0, 0, 4096)));
        assertEquals(SIZE_IN, driver.result(ROOT, 7, in(0, 4096)));
        assertEquals(INVALID, driver.result(ROOT, 8));
        assertEquals(INVALID, driver.result(ROOT, 9));
        assertEquals(INVALID, driver.result(ROOT, 10));
        assertEquals(INVALID, driver.result(ROOT, 2, outObject()));
        int environment = driver.register(1);
        assertEquals(INVALID, driver.result(environment, 2, object(driver.export(r -> 0)), outObject()));
        assertEquals(SIZE_IN, driver.result(environment, 0, in(new byte[3]), outObject()));
        assertEquals(NOT_FOUND, driver.result(environment, 0, in(1), outObject()));
        assertEquals(INVALID, driver.result(environment, 0, in(1), out(4)));
        assertNotEquals(environment, driver.register(1));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }
}
