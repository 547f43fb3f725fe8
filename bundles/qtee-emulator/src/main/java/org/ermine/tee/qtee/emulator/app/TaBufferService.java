// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.app;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.ermine.tee.Arguments;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.trusted.MemoryObject;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;

/**
 * UID 268, {@code IRegisterTABufCBO}: the normal world registers a callback object that brings images of trusted
 * applications by UUID. There is at most one, the last; it is forgotten when the object that it was registered through
 * is released.
 */
public final class TaBufferService implements TrustedService {

    public static final int UID = 268;

    private static final int REGISTER = 0;
    private static final int CALLBACK_GET = 0;
    private static final int UUID_SIZE = 16;
    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}");

    private record Registration(TrustedObject through, NormalObject callback) {}

    private final AtomicReference<Registration> registration = new AtomicReference<>();

    @Override
    public TrustedObject open(TrustedClient client) {
        return new Registrar();
    }

    boolean isRegistered() {
        return registration.get() != null;
    }

    /**
     * Asks the normal world for an image.
     *
     * @return its memory, to be closed by the caller
     */
    MemoryObject get(UUID uuid) throws TeeException {
        Registration present = registration.get();
        if (present == null) {
            throw new TeeException(AppTable.APP_NOT_LOADED, "nobody registered to bring images");
        }
        Arguments arguments = new Arguments().in(bytes(uuid)).outObject();
        try (NormalObject callback = present.callback().duplicate()) {
            callback.invoke(CALLBACK_GET, arguments);
        }
        if (arguments.object(1) instanceof MemoryObject image) {
            return image;
        }
        throw new TeeException(AppTable.APP_NOT_LOADED, "the normal world has no image for " + uuid);
    }

    /** The UUID that a text is. */
    static Optional<UUID> uuid(String text) {
        return UUID_TEXT.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
    }

    /** As GlobalPlatform's {@code TEE_UUID} lies in memory: three little-endian numbers, then eight bytes. */
    private static ByteBuffer bytes(UUID uuid) {
        long high = uuid.getMostSignificantBits();
        return ByteBuffer.allocate(UUID_SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) (high >>> 32))
                .putShort((short) (high >>> 16))
                .putShort((short) high)
                .putLong(Long.reverseBytes(uuid.getLeastSignificantBits()))
                .flip();
    }

    private void replace(Registration next) {
        Registration old = registration.getAndSet(next);
        if (old != null) {
            old.callback().close();
        }
    }

    /** What a client registers through. */
    private final class Registrar implements TrustedObject {

        @Override
        public void invoke(int op, IncomingArguments arguments) throws TeeException {
            if (op != REGISTER) {
                throw new TeeException(TeeResult.INVALID, "IRegisterTABufCBO has no operation " + op);
            }
            arguments.expect(0, 0, 1, 0);
            ObjectReference callback = arguments.inputObject(0);
            if (callback == null) {
                replace(null);
            } else if (callback instanceof NormalObject object) {
                replace(new Registration(this, object.duplicate()));
            } else {
                throw new TeeException(TeeResult.INVALID, "input object 0 is no object of the normal world");
            }
        }

        @Override
        public void released() {
            Registration present = registration.get();
            if (present != null && present.through() == this && registration.compareAndSet(present, null)) {
                present.callback().close();
            }
        }
    }
}
