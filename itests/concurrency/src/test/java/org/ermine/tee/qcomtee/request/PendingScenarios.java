// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.request;

import static org.ermine.tee.itests.concurrency.Threads.join;
import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.start;
import static org.ermine.tee.itests.concurrency.Threads.together;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.argument.CallbackArguments;
import org.ermine.tee.qcomtee.message.CallbackMessage;
import org.ermine.tee.qcomtee.request.UserRequest.State;
import org.ermine.tee.spi.SupplicantRequest;

/** Two threads at the states of requests. The client of all requests is the thread that sets the scene. */
final class PendingScenarios {

    private PendingScenarios() {}

    /** A request, and who has its arguments. */
    private static final class Request {

        final UserRequest request;
        /** The client has gone on with the arguments. */
        volatile boolean reused;

        Request() {
            CallbackMessage message = new CallbackMessage();
            message.parse(ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN));
            request = new UserRequest(new CallbackArguments(message, null, null));
            request.begin(null, 3);
        }

        void use() {
            require(!reused, "the client left while its arguments were held");
        }
    }

    private static final class Scene {

        final PendingRequests pending = new PendingRequests();
        final Request one = new Request();

        Scene() {
            require(pending.add(one.request), "not open");
        }

        long select() throws TeeException, InterruptedException {
            return pending.select(new SupplicantRequest(0, 0), 0).id();
        }

        UserRequest selectOrNull() {
            try {
                return pending.select(new SupplicantRequest(0, 0), 0);
            } catch (TeeException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        UserRequest selectAwaited() {
            try {
                return pending.selectAwaited(new SupplicantRequest(0, 0));
            } catch (TeeException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Takes the request as a receiver does, and returns its id. */
        long receive() throws TeeException, InterruptedException {
            long id = select();
            one.request.handOver().giveBack();
            return id;
        }

        /** Answers as a thread does that answers, and tells whether that was accepted. */
        boolean answer(Request request, int outcome) {
            UserRequest answered;
            try {
                answered = pending.takeAnswered(request.request.id());
            } catch (TeeException e) {
                return false;
            }
            request.use();
            answered.handOver().answer(outcome);
            return true;
        }

        boolean leave(Request request) {
            boolean left = pending.leave(request.request);
            if (left) {
                request.reused = true;
            }
            return left;
        }
    }

    /** A client leaves while its request is delivered. */
    record LeaveBesideDelivery() implements Runnable {
        @Override
        public void run() {
            Scene scene = new Scene();
            boolean[] left = new boolean[1];
            together(
                    () -> {
                        SupplicantRequest receiver = new SupplicantRequest(0, 0);
                        UserRequest request = scene.pending.select(receiver, 0);
                        if (request != null) {
                            scene.one.use();
                            request.handOver().giveBack();
                        }
                    },
                    () -> left[0] = scene.leave(scene.one));
            boolean accepted = scene.answer(scene.one, 5);
            require(accepted != left[0], "left: " + left[0] + ", answered: " + accepted);
        }
    }

    /** A client leaves while its request is answered: one of both succeeds. */
    record LeaveBesideAnswer() implements Runnable {
        @Override
        public void run() {
            Scene scene = new Scene();
            boolean[] left = new boolean[1];
            boolean[] accepted = new boolean[1];
            receive(scene);
            together(() -> accepted[0] = scene.answer(scene.one, 5), () -> left[0] = scene.leave(scene.one));
            require(left[0] || accepted[0], "neither left nor answered");
            require(!left[0] || !accepted[0], "an answer was discarded");
            require(scene.one.reused || scene.one.request.handOver().outcome() == 5, "the answer got lost");
        }
    }

    /** A client leaves while memory that it shares is copied. */
    record LeaveBesideCopy() implements Runnable {
        @Override
        public void run() {
            Scene scene = new Scene();
            long id = receive(scene);
            boolean[] left = new boolean[1];
            together(
                    () -> {
                        HandOver.Copy copied = scene.pending.beginCopy(id);
                        if (copied != null) {
                            scene.one.use();
                            require(copied.end(), "the copy was left behind");
                        }
                    },
                    () -> left[0] = scene.leave(scene.one));
            require(scene.answer(scene.one, 5) != left[0], "left: " + left[0]);
        }
    }

    /** A client takes its request itself while another thread takes the first of the queue: one of both gets it. */
    record SelectBesideOwn() implements Runnable {
        @Override
        public void run() {
            Scene scene = new Scene();
            UserRequest[] taken = new UserRequest[1];
            Thread other = start(() -> taken[0] = scene.selectOrNull());
            UserRequest own = scene.selectAwaited();
            join(other);
            require((own == null) != (taken[0] == null), "taken twice, or not at all");
        }
    }

    /** Two threads answer the same request: the first answer is accepted. */
    record TwoAnswers() implements Runnable {
        @Override
        public void run() {
            Scene scene = new Scene();
            boolean[] accepted = new boolean[2];
            receive(scene);
            together(() -> accepted[0] = scene.answer(scene.one, 5), () -> accepted[1] = scene.answer(scene.one, 6));
            require(accepted[0] != accepted[1], "two answers to one request, or none");
            require(scene.one.request.handOver().outcome() == (accepted[0] ? 5 : 6), "the refused answer arrived");
        }
    }

    /** The context is closed while a request is answered: it is completed once. */
    record CloseBesideAnswer() implements Runnable {
        @Override
        public void run() {
            Scene scene = new Scene();
            boolean[] accepted = new boolean[1];
            receive(scene);
            together(() -> accepted[0] = scene.answer(scene.one, 5), scene.pending::close);
            int expected = accepted[0] ? 5 : -Errno.ENODEV.number();
            require(
                    scene.one.request.handOver().outcome() == expected,
                    "outcome " + scene.one.request.handOver().outcome());
        }
    }

    /** The context is closed while the delivery of a request fails: it is completed once. */
    record CloseBesideFailure() implements Runnable {
        @Override
        public void run() {
            Scene scene = new Scene();
            select(scene);
            AtomicBoolean closed = new AtomicBoolean();
            together(
                    () -> {
                        scene.pending.close();
                        closed.set(true);
                    },
                    () -> {
                        boolean tooLate = closed.get();
                        boolean failed = scene.pending.takeFailed(scene.one.request);
                        require(!tooLate || !failed, "a request is completed twice");
                        if (failed) {
                            scene.one.request.handOver().answer(-Errno.EINVAL.number());
                        }
                        require(
                                !scene.one.request.handOver().isSettled(),
                                "the client goes on while its arguments are held");
                        scene.one.request.handOver().giveBack();
                    });
            require(scene.one.request.handOver().isSettled(), "nobody completes the request");
        }
    }

    /** A request is queued while the context is closed: it is refused, or fails. */
    record CloseBesideCall() implements Runnable {
        @Override
        public void run() {
            Scene scene = new Scene();
            Request late = new Request();
            boolean[] added = new boolean[1];
            together(scene.pending::close, () -> added[0] = scene.pending.add(late.request));
            require(scene.one.request.handOver().state() == State.CLOSED, "close left a request");
            require(!added[0] || late.request.handOver().state() == State.CLOSED, "a request was queued after close");
        }
    }

    /**
     * A client leaves a request that is processed and calls again; what was made for the one must not reach the other.
     */
    record CallAfterLeaving() implements Runnable {
        @Override
        public void run() {
            Scene scene = new Scene();
            long id = receive(scene);
            Request next = new Request();
            boolean[] left = new boolean[1];
            boolean[] accepted = new boolean[1];
            together(
                    () -> {
                        left[0] = scene.leave(scene.one);
                        require(scene.pending.add(next.request), "not open");
                    },
                    () -> accepted[0] = scene.answer(scene.one, 5));
            require(left[0] != accepted[0], "left: " + left[0] + ", answered: " + accepted[0]);
            require(next.request.id() != id, "an id was given out again");
            require(!scene.answer(scene.one, 6), "a second answer was accepted");
            require(next.request.handOver().state() == State.QUEUED, "a request was answered that nobody received");
        }
    }

    /** While somebody works on an abandoned request, nobody gets its place. */
    record PlaceOfAbandoned() implements Runnable {
        @Override
        public void run() {
            Scene scene = new Scene();
            long id = receive(scene);
            Request next = new Request();
            together(
                    () -> require(scene.leave(scene.one), "the client has to stay"),
                    () -> require(scene.pending.add(next.request), "not open"));
            Request later = new Request();
            require(scene.pending.add(later.request), "not open");
            require(
                    (int) next.request.id() != (int) id && (int) later.request.id() != (int) id,
                    "a request got the place of one that is still worked on");
        }
    }

    private static long receive(Scene scene) {
        try {
            return scene.receive();
        } catch (TeeException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void select(Scene scene) {
        try {
            scene.select();
        } catch (TeeException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
