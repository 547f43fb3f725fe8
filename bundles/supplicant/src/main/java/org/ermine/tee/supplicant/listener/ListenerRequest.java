// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import java.nio.ByteBuffer;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.call.RunningCall;
import org.ermine.tee.supplicant.handler.Handler;
import org.ermine.tee.supplicant.handler.HandlerInvoker;

/**
 * A message of QTEE in the memory that it shares with a listener. The handler answers a private copy of it: the TEE may
 * change the shared memory at any time, and a handler that returns too late must not write into the next request.
 */
record ListenerRequest(ByteBuffer shared, RunningCall call, IncomingArguments arguments)
        implements HandlerInvoker.Invocation<ListenerHandler> {

    @Override
    public void run(Handler<ListenerHandler> handler, ListenerHandler service) throws Exception {
        int needed = handler.properties().bufferSize();
        if (shared.capacity() < needed) {
            call.fail(Errno.EBUSY);
            throw new TeeException(Errno.EBUSY, handler + " waits for a registration with " + needed + " bytes");
        }
        // The trusted application may use all that is registered, which can be more than this handler asked for.
        ByteBuffer message = handler.message(shared.capacity());
        copy(shared, message, message.capacity(), handler);
        service.handle(message);
        copy(message, shared, message.limit(), handler);
    }

    /** When the client has left, the next request owns the shared memory: it is not read or written any more. */
    private void copy(ByteBuffer source, ByteBuffer target, int length, Handler<?> handler) throws TeeException {
        if (!arguments.copyShared(source, 0, target, 0, length)) {
            call.fail(Errno.ENODEV);
            throw new TeeException(Errno.ENODEV, "nobody waits for the answer of " + handler + " any more");
        }
    }
}
