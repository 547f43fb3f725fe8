// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.handler;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.itests.chaos.ledger.Call;
import org.ermine.tee.itests.chaos.ledger.Generation;
import org.ermine.tee.itests.chaos.ledger.Plan;
import org.ermine.tee.itests.chaos.ledger.Result;
import org.ermine.tee.itests.chaos.tee.Caller;
import org.ermine.tee.itests.chaos.tee.Message;
import org.ermine.tee.itests.chaos.tee.Slots;

/** Does what a request says. Thread safe. */
final class Behaviour implements Closeable {

    private static final int LONGEST_NEST = 2;

    private final Slots slot;
    private final Caller caller;

    Behaviour(Slots slot, Caller caller) {
        this.slot = slot;
        this.caller = caller;
    }

    /**
     * Answers a request.
     *
     * @param answer where to write the answer, from its position on
     * @param reregister makes another generation take over
     */
    void serve(Generation generation, Message message, ByteBuffer answer, Runnable reregister) throws Exception {
        Call call = generation.begin(message.number());
        boolean done = false;
        try {
            obey(call, message, answer, reregister);
            message.answer(answer, generation.id());
            done = true;
        } finally {
            call.end(done);
        }
    }

    private void obey(Call call, Message message, ByteBuffer answer, Runnable reregister) throws Exception {
        switch (message.plan()) {
            case ANSWER -> {}
            case HOLD -> call.hold(message.argument());
            case NEST -> nest(call, message);
            case UNREGISTER -> reregister.run();
            case ANSWER_ERROR -> throw new TeeException(TeeResult.of(Result.ERROR_CODE), "as told");
            case THROW_CHECKED -> throw new Exception("as told");
            case THROW_UNCHECKED -> throw new IllegalArgumentException("as told");
            case THROW_ERROR -> throw new AssertionError("as told");
            case THROW_LINKAGE -> throw new NoClassDefFoundError("as told");
            case ANSWER_TOO_MUCH -> answer.put(new byte[answer.remaining() + 1]);
            case HANG -> hang();
        }
    }

    /** Until the time limit has the thread interrupted. */
    private static void hang() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            // The late answer that follows must go nowhere.
            Thread.currentThread().interrupt();
        }
    }

    private void nest(Call call, Message message) throws TeeException {
        Random random = new Random(message.argument());
        List<Slots> inner = slot.inner();
        for (int i = inner.isEmpty() ? 0 : 1 + random.nextInt(LONGEST_NEST); i > 0; i--) {
            Slots target = inner.get(random.nextInt(inner.size()));
            Plan plan = random.nextBoolean() ? Plan.NEST : Plan.ANSWER;
            if (!caller.handler(null, call.request(), target, plan, random.nextInt(), null, random)) {
                throw new TeeException(TeeResult.of(Result.INNER_CODE), "an inner request was refused");
            }
        }
    }

    @Override
    public void close() {
        caller.close();
    }
}
