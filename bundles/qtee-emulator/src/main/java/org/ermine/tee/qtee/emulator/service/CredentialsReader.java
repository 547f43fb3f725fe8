// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.service;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedClient;

/** Reads credentials by calling back the object that holds them. All that it answers is hostile until checked. */
final class CredentialsReader {

    static final int MAX_LENGTH = 4096;

    private static final int IO_GET_LENGTH = 0;
    private static final int IO_READ_AT_OFFSET = 1;
    private static final int CHUNK = 2048;

    private static final int CREDENTIALS_GET_PROPERTY = 0;
    private static final int CREDENTIALS_NOT_FOUND = 10;
    private static final int MAX_PROPERTIES = 32;
    private static final int MAX_NAME = 64;
    private static final int MAX_VALUE = 1024;

    private CredentialsReader() {}

    /** Reads an {@code IIO} object that holds a CBOR map. */
    static TrustedClient readIo(NormalObject io) throws TeeException {
        byte[] map = new byte[length(io)];
        int read = 0;
        while (read < map.length) {
            int room = Math.min(CHUNK, map.length - read);
            Arguments arguments = new Arguments()
                    .in(littleEndian(Long.BYTES).putLong(0, read))
                    .out(map, read, room);
            io.invoke(IO_READ_AT_OFFSET, arguments);
            if (arguments.size(1) == 0) {
                throw invalid("the credentials end at " + read + " of " + map.length + " bytes");
            }
            read += arguments.size(1);
        }
        return CredentialsMap.parse(ByteBuffer.wrap(map)).client();
    }

    /** Reads an {@code ICredentials} object: the properties {@code uid}, a number, and {@code pkg_name}, a text. */
    static TrustedClient readProperties(NormalObject credentials) throws TeeException {
        Long uid = null;
        String packageName = "";
        for (int index = 0; index < MAX_PROPERTIES; index++) {
            byte[] name = new byte[MAX_NAME];
            ByteBuffer value = littleEndian(MAX_VALUE);
            Arguments arguments = new Arguments()
                    .in(littleEndian(Integer.BYTES).putInt(0, index))
                    .out(name)
                    .out(value);
            if (!next(credentials, arguments)) {
                break;
            }
            value.limit(arguments.size(2));
            switch (new String(name, 0, arguments.size(1), StandardCharsets.UTF_8)) {
                case "uid" -> uid = number(value);
                case "pkg_name" -> packageName = CredentialsMap.text(value);
                default -> {
                    // of no interest
                }
            }
        }
        if (uid == null) {
            throw invalid("the credentials have no uid");
        }
        return new TrustedClient(uid, packageName);
    }

    private static int length(NormalObject io) throws TeeException {
        ByteBuffer length = littleEndian(Long.BYTES);
        Arguments arguments = new Arguments().out(length);
        io.invoke(IO_GET_LENGTH, arguments);
        if (arguments.size(0) != Long.BYTES) {
            throw invalid("their length has " + arguments.size(0) + " bytes");
        }
        long value = length.getLong(0);
        if (value <= 0 || value > MAX_LENGTH) {
            throw invalid(
                    Long.toUnsignedString(value) + " bytes of credentials are not in the range 1 to " + MAX_LENGTH);
        }
        return (int) value;
    }

    private static boolean next(NormalObject credentials, Arguments arguments) throws TeeException {
        try {
            credentials.invoke(CREDENTIALS_GET_PROPERTY, arguments);
            return true;
        } catch (TeeException e) {
            if (e.result().code() == CREDENTIALS_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private static long number(ByteBuffer value) throws TeeException {
        return switch (value.remaining()) {
            case Integer.BYTES -> Integer.toUnsignedLong(value.getInt());
            case Long.BYTES -> positive(value.getLong());
            default -> throw invalid("a uid of " + value.remaining() + " bytes");
        };
    }

    /** As of those in a CBOR map, which may not be above 2^63 either. */
    private static long positive(long uid) throws TeeException {
        if (uid < 0) {
            throw invalid("the uid " + Long.toUnsignedString(uid) + " is out of range");
        }
        return uid;
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static TeeException invalid(String what) {
        return new TeeException(TeeResult.INVALID, "credentials: " + what);
    }
}
