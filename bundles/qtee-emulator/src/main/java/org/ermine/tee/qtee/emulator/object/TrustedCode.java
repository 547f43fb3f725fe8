// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.object;

import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.message.ResultCodes;
import org.ermine.tee.spi.CallAbandonedError;
import org.ermine.tee.trusted.TrustedObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The border to code that the emulator does not own. Whatever it throws ends here: it becomes a result, the log gets
 * its text, and the Throwable, which would pin the class loader it comes from, is not kept. Only that the normal world
 * left the call goes through: nothing goes on in a call that was left.
 */
public final class TrustedCode {

    private static final Logger LOG = LoggerFactory.getLogger(TrustedCode.class);

    private TrustedCode() {}

    /** A call that may fail with a result. */
    @FunctionalInterface
    public interface Valued<T> {
        T call() throws TeeException;
    }

    /**
     * Invokes an object.
     *
     * @return the result code
     */
    public static int carryOut(Domain domain, TrustedObject object, int op, IncomingArguments arguments) {
        try {
            object.invoke(op, arguments);
            return ResultCodes.OK;
        } catch (TeeException e) {
            return failure(domain, "operation " + op, e);
        } catch (CallAbandonedError left) {
            throw left;
        } catch (Throwable e) {
            return unexpected(domain, "operation " + op, e);
        }
    }

    /** Asks an object how it takes large buffers; one that fails to say takes copies. */
    public static boolean takesInPlace(Domain domain, TrustedObject object) {
        try {
            return object.takesLargeBuffersInPlace();
        } catch (CallAbandonedError left) {
            throw left;
        } catch (Throwable e) {
            unexpected(domain, "takesLargeBuffersInPlace()", e);
            return false;
        }
    }

    /** Calls something that has a value, which must not be null. */
    public static <T> T call(Domain domain, String what, Valued<T> call) throws TeeException {
        int result;
        try {
            T value = call.call();
            if (value != null) {
                return value;
            }
            domain.tell("returned null", () -> domain + ": " + what + " returned null");
            result = ResultCodes.ERROR;
        } catch (TeeException e) {
            result = failure(domain, what, e);
        } catch (CallAbandonedError left) {
            throw left;
        } catch (Throwable e) {
            result = unexpected(domain, what, e);
        }
        throw new TeeException(TeeResult.of(result), domain + ": " + what + " failed");
    }

    /** Runs something that nobody waits for. */
    static void run(Domain domain, String what, Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            unexpected(domain, what, e);
        }
    }

    private static int failure(Domain domain, String what, TeeException e) {
        LOG.debug("{}: {} failed: {}", domain, what, e.getMessage());
        int code = e.result().code();
        return code == ResultCodes.OK ? ResultCodes.ERROR : code;
    }

    /** Code of a domain that has ended fails since its classes are gone, or what it held of the normal world. */
    private static int unexpected(Domain domain, String what, Throwable e) {
        String thrown = e.getClass().getName() + text(e);
        if (domain.hasEnded()) {
            LOG.debug("{}: {} failed, as it has ended: {}", domain, what, thrown);
            return ResultCodes.DEFUNCT;
        }
        domain.tell("failed", () -> domain + ": " + what + " failed unexpectedly: " + thrown);
        return ResultCodes.ERROR;
    }

    private static String text(Throwable e) {
        try {
            return e.getMessage() == null ? "" : ": " + e.getMessage();
        } catch (Throwable noText) {
            return " (its message cannot be read: " + noText.getClass().getName() + ")";
        }
    }
}
