// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import java.nio.ByteBuffer;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.ContextDTO;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A backend's data of one context. All methods may be called by any number of threads at once. When
 * {@link #closeContext} runs beside others, those that come later throw ENODEV.
 *
 * <p>A backend whose TEE never calls back implements {@link #invoke} and {@link #closeContext} alone: the defaults of
 * the other methods say that there are no requests.
 *
 * <p>Objects are named by ids: those of TEE objects are given out by the backend, those of user objects are core's and
 * opaque here, and those of memory objects are the {@link SharedMemoryManager}'s.
 */
@ConsumerType
public interface DriverContext {

    /** The id of the NULL object; as target of an invocation it is the TEE's root object. */
    long NULL = -1;

    /** The operation that releases a TEE object, and that tells a user object that the TEE has released it. */
    int OP_RELEASE = 0xffff;

    /** The operation by which the TEE takes another reference; refused from clients. */
    int OP_RETAIN = 0xfffe;

    /**
     * Invokes an object. The calling thread is used for it, and for callbacks that the backend serves itself.
     *
     * <p>A user object among the inputs belongs to the TEE from the moment the message reached it; if this method
     * throws before, it was not handed over and no release for it will be received. {@link TeeParams#isHandedOver}
     * tells the two apart.
     *
     * <p>An object of this context among the outputs, a user object or memory, may be one that the TEE lets go with the
     * same message. Its parameter {@linkplain TeeParam#releaseHold keeps} it: until the caller has found it, no release
     * of it is received.
     *
     * @param object id of a TEE object of this context, or {@link #NULL} for the root object
     * @param op 0 to 0xffff; {@link #OP_RELEASE} never reaches the TEE from here: it drops the id and queues the
     *     release
     * @param params in: inputs and room for outputs; out: sizes and objects, written only if 0 is returned
     * @param callbackNanos limit on the time that callbacks of this invocation may take together, from when one of
     *     them has to be waited for, or from the second one; {@link Long#MAX_VALUE} for the configured one
     * @return the object's result: 0 or an error; transport errors that the TEE reports are negative
     * @throws TeeException with the errno if the invocation did not complete
     */
    int invoke(long object, int op, TeeParams params, long callbackNanos) throws TeeException;

    /**
     * Invokes an object, for a caller that has announced the use before anything is looked up. It has announced it in
     * one of the slots in which this context has a {@link #number}, by the {@linkplain HazardSlots#key key} of that
     * number and the object, and {@linkplain HazardSlots#end ends} it when this has returned. The slot is the caller's;
     * what the driver keeps for the slot is the driver's meanwhile.
     *
     * @param slot of the announcement, or {@link HazardSlots#NOWHERE} if there was none: then the driver counts the use
     */
    default int invoke(int slot, long object, int op, TeeParams params, long callbackNanos) throws TeeException {
        return invoke(object, op, params, callbackNanos);
    }

    /**
     * Returns the number by which keys in slots name this context, from 1. No other context of the driver has it until
     * this one is released.
     *
     * @param slots those of the {@link TeeDriver} that was asked for this context, which may stand in front of the one
     *     that made it
     * @return 0 if the context looks for nothing there: then the caller numbers its contexts as it likes, and names no
     *     slot to it
     */
    default int number(HazardSlots slots) {
        return 0;
    }

    /**
     * Explains a result that {@link #invoke} returned, for people who read its name. If it stands for a limit, this
     * says which limit, how much it is, and where the operator sets it.
     *
     * @return for example {@code the callbacks of one invocation have 30000 ms (option callbackMillis of org.example)};
     *     empty for none
     */
    default String explain(int result) {
        return "";
    }

    /**
     * Takes the next request to a user object of this context: strictly in the order in which they were queued.
     *
     * @param request filled in. If its room is too small the request stays at the head of the queue. Its parameters
     *     keep objects of this context among the inputs, as the outputs of {@link #invoke} do
     * @param waitNanos how long to wait for a request; 0 does not wait
     * @return false if no request came in time
     * @throws TeeException EINVAL if the room is too small, naming what is needed; ENODEV if the context is closed
     * @throws InterruptedException if the thread was interrupted while it waited; no request was taken
     */
    default boolean receive(SupplicantRequest request, long waitNanos) throws TeeException, InterruptedException {
        return false;
    }

    /**
     * Takes the request for whose answer the calling thread waits, whatever stands before it in the queue: a thread
     * that serves requests may serve the one it waits for itself. Does not wait.
     *
     * @param request filled in, as by {@link #receive}
     * @return false if there is none that could be taken
     * @throws TeeException as for {@link #receive}
     */
    default boolean receiveAwaited(SupplicantRequest request) throws TeeException {
        return false;
    }

    /**
     * Tells that the threads that serve requests came or went: clients whose requests were not taken yet look at
     * {@link ContextHost#graceLeft} and call {@link ContextHost#awaiting} anew.
     */
    default void workersChanged() {}

    /**
     * Answers a request that was received, for its object. An id is valid for one answer; late, doubled and guessed
     * ones are refused.
     *
     * @param requestId {@link SupplicantRequest#id}
     * @param result 0; a positive result of the object; or a negative errno
     * @param params with result 0, the request's parameters with outputs filled in; ignored otherwise
     * @throws TeeException EINVAL if no client waits for this answer (any more) or the parameters do not fit, ENODEV if
     *     the context is closed. The user objects among the outputs were then not handed over: roll back
     */
    default void send(long requestId, int result, TeeParams params) throws TeeException {
        throw new TeeException(Errno.EINVAL, "no request " + requestId + " is being processed");
    }

    /**
     * Fails a request that was received, by a decision of the code that carries it to its object, such as that a time
     * limit passed. Only such decisions may become a result of the transport that an object cannot have chosen, as
     * TIMEOUT; by default it is an answer.
     *
     * @throws TeeException as by {@link #send}
     */
    default void fail(long requestId, Errno reason) throws TeeException {
        send(requestId, -reason.number(), new TeeParams(0));
    }

    /** Whether a client still waits for the answer to this request. */
    default boolean isAwaited(long requestId) {
        return false;
    }

    /**
     * Copies memory that both sides share beside the arguments, on the calling thread, if a client waits for the answer
     * to this request. The client does not leave meanwhile, nor when the context closes, unless the copy hangs in
     * memory that cannot be reached. An answer to the request that comes during the copy is refused.
     *
     * @param source bytes from {@code sourceIndex} on; positions and limits of the buffers are left alone
     * @param length bytes; a share of a longer copy, small enough for a client to wait for
     * @return whether it was copied
     */
    default boolean copyShared(
            long requestId, ByteBuffer source, int sourceIndex, ByteBuffer target, int targetIndex, int length) {
        return false;
    }

    /**
     * Closes the context, whose owner is gone. It fails every request, waiting or in progress, with ENODEV, puts the
     * context's TEE objects into the release queue, and refuses everything from now on. It does not wait for the TEE.
     */
    void closeContext();

    /** Frees the rest, after the last reference is gone: the TEE knows no user object of this context any more. */
    default void release() {}

    /**
     * Fills in what the backend knows of the context: objects and requests. Must not block the request path. Core calls
     * it for the contexts that are asked for, page by page. A contribution to the whole state would describe all of
     * them each time.
     */
    default void describe(ContextDTO context) {}
}
