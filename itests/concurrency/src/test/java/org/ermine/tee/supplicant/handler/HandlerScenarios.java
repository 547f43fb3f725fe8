// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.together;

import java.time.Duration;
import org.ermine.tee.TeeException;
import org.ermine.tee.supplicant.call.CallThread;
import org.ermine.tee.supplicant.call.RunningCall;
import org.ermine.tee.supplicant.handler.HandlerSlot.Lease;

/** Handlers that come and go while they are called. */
final class HandlerScenarios {

    private HandlerScenarios() {}

    private static Handler<String> handler(int ranking) {
        return new Handler<>("listener", new HandlerProperties("0x1", 1, 8, null, ranking, ranking), "test");
    }

    private static HandlerSlot<String> slot(boolean oneAtATime) {
        return new HandlerSlot<>("0x1", 1, oneAtATime, Duration.ZERO, new SwapHistory("listener"));
    }

    private static RunningCall call() {
        return RunningCall.local(null, new CallThread(Thread.currentThread(), null));
    }

    /** A handler is removed while a call begins: none begins later, and its service object is never gone in a call. */
    record LeaseBesideRefuse() implements Runnable {
        @Override
        public void run() {
            HandlerSlot<String> slot = slot(false);
            Handler<String> handler = handler(1);
            require(slot.add(handler, "service"), "not added");
            boolean[] begun = new boolean[1];
            boolean[] gone = new boolean[1];
            together(
                    () -> {
                        slot.refuse(handler);
                        gone[0] = handler.calls.isEmpty();
                    },
                    () -> {
                        Lease<String> lease = slot.leaseNow(call());
                        begun[0] = lease != null;
                        require(lease == null || lease.service() != null, "a call without a service");
                    });
            require(!(begun[0] && gone[0]), "a call began after the handler was removed");
            require(slot.leaseNow(call()) == null, "a handler that was removed is called");
        }
    }

    /** A handler is unregistered while its call calls it again: it serves that too, and nothing after it. */
    record RetireBesideNestedCall() implements Runnable {
        @Override
        public void run() {
            HandlerSlot<String> slot = slot(false);
            Handler<String> handler = handler(1);
            require(slot.add(handler, "service"), "not added");
            RunningCall outer = call();
            require(slot.leaseNow(outer) != null, "not called");
            together(
                    () -> {
                        slot.retire(handler);
                        slot.remove(handler, Duration.ofDays(1));
                    },
                    () -> {
                        RunningCall nested = RunningCall.local(null, outer.thread());
                        require(slot.lease(nested).service() != null, "a call without a service");
                        slot.release(handler, nested);
                        slot.release(handler, outer);
                    });
            require(slot.leaseNow(call()) == null, "a handler that was removed is called");
            require(handler.service == null, "the service object is kept");
        }
    }

    /** A handler that comes late, when it was removed already, is not called. */
    record AddBesideRefuse() implements Runnable {
        @Override
        public void run() {
            HandlerSlot<String> slot = slot(false);
            Handler<String> handler = handler(1);
            together(() -> slot.add(handler, "service"), () -> slot.refuse(handler));
            require(slot.leaseNow(call()) == null, "a handler that was removed is called");
            require(handler.service == null, "the service object is kept");
        }
    }

    /** A listener handler is called for one request at a time. */
    record TwoLeases() implements Runnable {
        @Override
        public void run() {
            HandlerSlot<String> slot = slot(true);
            Handler<String> handler = handler(1);
            require(slot.add(handler, "service"), "not added");
            int[] inside = new int[1];
            together(() -> use(slot, handler, inside), () -> use(slot, handler, inside));
            require(handler.calls.isEmpty(), "a call is left");
        }

        private static void use(HandlerSlot<String> slot, Handler<String> handler, int[] inside) {
            RunningCall call = call();
            try {
                slot.lease(call);
            } catch (TeeException e) {
                return;
            }
            inside[0]++;
            require(inside[0] == 1, "two calls at once");
            inside[0]--;
            slot.release(handler, call);
        }
    }
}
