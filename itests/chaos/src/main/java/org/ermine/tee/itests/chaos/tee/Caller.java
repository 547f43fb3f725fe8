// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.tee;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.itests.chaos.ledger.Call;
import org.ermine.tee.itests.chaos.ledger.ContextLife;
import org.ermine.tee.itests.chaos.ledger.Generation;
import org.ermine.tee.itests.chaos.ledger.HandedOver;
import org.ermine.tee.itests.chaos.ledger.Kind;
import org.ermine.tee.itests.chaos.ledger.Lane;
import org.ermine.tee.itests.chaos.ledger.Ledger;
import org.ermine.tee.itests.chaos.ledger.Owner;
import org.ermine.tee.itests.chaos.ledger.Plan;
import org.ermine.tee.itests.chaos.ledger.Request;
import org.ermine.tee.itests.chaos.ledger.Result;
import org.osgi.framework.BundleContext;

/**
 * Makes requests on behalf of a bundle, each with an account of its own. Any thread may use it; each takes a connection
 * of its own meanwhile.
 */
public final class Caller implements Closeable {

    private static final int PAYLOAD = 1500;
    private static final int DIRECT_PAYLOAD = 16 << 10;
    private static final int DEEP_PAYLOAD = 16;
    private static final int CREATED_USES = 4;
    private static final String SECURE_WORLD = "the secure world";

    private final BundleContext bundle;
    private final Ledger ledger;
    private final Owner owner;
    /** Answers callbacks to the bundle's own objects. */
    private final Generation own;

    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

    public Caller(BundleContext bundle, Ledger ledger, Owner owner) {
        this.bundle = bundle;
        this.ledger = ledger;
        this.owner = owner;
        own = ledger.own(owner);
    }

    /** What a request is about to do in the secure world. */
    @FunctionalInterface
    private interface Work {
        /** @return the answer */
        ByteBuffer run(Connection connection, Message message) throws TeeException;
    }

    /** Who makes a request: a client's thread, or a handler in the course of another request. */
    private record Maker(Lane lane, Request parent) {}

    // ---- For clients and handlers.

    /**
     * Invokes an object.
     *
     * @return whether it was answered
     */
    public boolean direct(Lane lane, Random random) {
        return connected(new Maker(lane, null), connection -> echo(connection, connection.application(), lane, random));
    }

    /** Makes an object, uses it, duplicates it, and closes all. */
    public boolean create(Lane lane, Random random) {
        return connected(new Maker(lane, null), connection -> {
            Arguments[] arguments = new Arguments[1];
            boolean answered = request(
                    new Maker(lane, null),
                    connection,
                    Kind.CREATE,
                    Plan.ANSWER,
                    SECURE_WORLD,
                    0,
                    Ledger.NO_LIMIT,
                    payload(random, PAYLOAD),
                    (open, message) -> {
                        byte[] answer = new byte[Message.ANSWER];
                        arguments[0] =
                                new Arguments().in(message.bytes()).out(answer).outObject();
                        open.application().invoke(Operations.CREATE, arguments[0]);
                        return answer(answer);
                    });
            if (answered) {
                use(connection, (TeeObject) arguments[0].object(2), lane, random);
            }
            return answered;
        });
    }

    private void use(Connection connection, TeeObject created, Lane lane, Random random) {
        try (created;
                TeeObject duplicate = created.duplicate()) {
            for (int i = random.nextInt(CREATED_USES); i > 0; i--) {
                echo(connection, random.nextBoolean() ? created : duplicate, lane, random);
            }
        }
    }

    private boolean echo(Connection connection, TeeObject object, Lane lane, Random random) {
        return request(
                new Maker(lane, null),
                connection,
                Kind.DIRECT,
                Plan.ANSWER,
                SECURE_WORLD,
                0,
                Ledger.NO_LIMIT,
                payload(random, DIRECT_PAYLOAD),
                (open, message) -> {
                    byte[] answer = new byte[Message.ANSWER];
                    object.invoke(
                            Operations.ECHO, new Arguments().in(message.bytes()).out(answer));
                    return answer(answer);
                });
    }

    /** Shares memory, allocated or the bundle's own. */
    public boolean memory(Lane lane, Random random) {
        boolean allocated = random.nextBoolean();
        return connected(
                new Maker(lane, null),
                connection -> request(
                        new Maker(lane, null),
                        connection,
                        Kind.MEMORY,
                        Plan.ANSWER,
                        SECURE_WORLD,
                        0,
                        Ledger.NO_LIMIT,
                        payload(random, DIRECT_PAYLOAD),
                        (open, message) -> throughMemory(open.context(), open.application(), message, allocated)));
    }

    private static ByteBuffer throughMemory(
            TeeContext context, TeeObject application, Message message, boolean allocated) throws TeeException {
        byte[] bytes = message.bytes();
        int size = bytes.length + Message.ANSWER;
        ByteBuffer direct = ByteBuffer.allocateDirect(size);
        try (SharedMemory memory = allocated ? context.allocate(size) : context.register(direct)) {
            ByteBuffer view = memory.buffer();
            view.put(0, bytes);
            byte[] counted = Message.littleEndian(Integer.BYTES).putInt(size).array();
            application.invoke(Operations.MEMORY, new Arguments().in(counted).in(memory));
            byte[] answer = new byte[Message.ANSWER];
            view.get(bytes.length, answer);
            return answer(answer);
        }
    }

    /** Has the secure world call the handler of a slot. */
    public boolean handler(
            Lane lane, Request parent, Slots slot, Plan plan, int argument, Duration limit, Random random) {
        Maker maker = new Maker(lane, parent);
        return connected(
                maker,
                connection -> request(
                        maker,
                        connection,
                        slot.isListener() ? Kind.LISTENER : Kind.NAMED,
                        plan,
                        slot.slot(),
                        argument,
                        limit == null ? Ledger.NO_LIMIT : limit.toNanos(),
                        payload(random, PAYLOAD),
                        (open, message) -> slot.isListener()
                                ? ask(open, slot, message, limit)
                                : named(open, slot, message, limit)));
    }

    private static ByteBuffer ask(Connection open, Slots slot, Message message, Duration limit) throws TeeException {
        byte[] bytes = message.bytes();
        byte[] asked = Message.littleEndian(Integer.BYTES + bytes.length)
                .putInt(slot.listenerId())
                .put(bytes)
                .array();
        byte[] answer = new byte[Message.ANSWER];
        invoke(open, Operations.ASK_LISTENER, new Arguments().in(asked).out(answer), limit);
        return answer(answer);
    }

    private static ByteBuffer named(Connection open, Slots slot, Message message, Duration limit) throws TeeException {
        return callBack(open, open.context().callback(slot.slot()), message, limit);
    }

    private static ByteBuffer callBack(Connection open, CallbackObject callback, Message message, Duration limit)
            throws TeeException {
        byte[] answer = new byte[Message.ANSWER];
        Arguments arguments = new Arguments().in(message.bytes()).in(callback).out(answer);
        invoke(open, Operations.CALL_BACK, arguments, limit);
        return answer(answer);
    }

    private static void invoke(Connection open, int op, Arguments arguments, Duration limit) throws TeeException {
        if (limit == null) {
            open.application().invoke(op, arguments);
        } else {
            open.application().invoke(op, arguments, limit);
        }
    }

    /** Has the secure world call an object of this bundle, which does the same again, so many levels deep. */
    public boolean nested(Lane lane, int levels, Random random) {
        Maker maker = new Maker(lane, null);
        return connected(maker, connection -> own(maker, connection, levels, random));
    }

    private boolean own(Maker maker, Connection connection, int levels, Random random) {
        return request(
                maker,
                connection,
                Kind.OWN,
                levels > 1 ? Plan.NEST : Plan.ANSWER,
                owner.toString(),
                levels,
                Ledger.NO_LIMIT,
                payload(random, DEEP_PAYLOAD),
                (open, message) -> handOver(open, new OwnCallback(open, message.number(), random), message));
    }

    private static ByteBuffer handOver(Connection open, OwnCallback callback, Message message) throws TeeException {
        try {
            return callBack(open, callback, message, null);
        } catch (TeeException e) {
            if (e.result().isTransport()) {
                callback.takeBack();
            }
            throw e;
        } catch (IllegalStateException e) {
            callback.takeBack();
            throw e;
        }
    }

    /** An object of this bundle that the secure world calls once. */
    private final class OwnCallback implements CallbackObject {

        private final Connection connection;
        private final HandedOver handedOver;
        private final Random random;

        OwnCallback(Connection connection, long request, Random random) {
            this.connection = connection;
            this.handedOver = ledger.handOver(request);
            this.random = random;
        }

        /** It need not have come to the secure world. */
        void takeBack() {
            ledger.tookBack(handedOver);
        }

        @Override
        public void dispatch(int op, IncomingArguments arguments) throws TeeException {
            Message message = Message.read(arguments.input(0));
            Call call = own.begin(message.number());
            boolean done = false;
            try {
                if (message.plan() == Plan.NEST
                        && !own(new Maker(null, call.request()), connection, message.argument() - 1, random)) {
                    throw new TeeException(TeeResult.of(Result.INNER_CODE), "the inner request was refused");
                }
                message.answer(arguments.output(0), own.id());
                done = true;
            } finally {
                call.end(done);
            }
        }

        @Override
        public void released() {
            handedOver.released();
        }
    }

    // ---- One request.

    @FunctionalInterface
    private interface Use {
        boolean on(Connection connection);
    }

    /** With an idle connection, or a new one, which is a request too. */
    private boolean connected(Maker maker, Use use) {
        Connection connection = idle.poll();
        if (connection != null && connection.isStale(ledger)) {
            connection.close();
            connection = null;
        }
        if (connection == null) {
            connection = connect(maker);
        }
        if (connection == null) {
            return false;
        }
        boolean answered = use.on(connection);
        if (answered) {
            idle.push(connection);
        } else {
            connection.close();
        }
        return answered;
    }

    private Connection connect(Maker maker) {
        ContextLife life = new ContextLife(owner);
        Request request = ledger.begin(Kind.CONNECT, Plan.ANSWER, SECURE_WORLD, life, maker.parent(), Ledger.NO_LIMIT);
        Connection[] opened = new Connection[1];
        perform(maker, request, new byte[0], () -> {
            opened[0] = Connection.open(bundle, ledger, life);
            return null;
        });
        return opened[0];
    }

    private boolean request(
            Maker maker,
            Connection connection,
            Kind kind,
            Plan plan,
            String target,
            int argument,
            long limitNanos,
            byte[] payload,
            Work work) {
        Request request = ledger.begin(kind, plan, target, connection.life(), maker.parent(), limitNanos);
        Message message = new Message(request.number(), plan, argument, payload);
        return perform(maker, request, payload, () -> work.run(connection, message));
    }

    /** What is to be done for a request. */
    @FunctionalInterface
    private interface Step {
        /** @return the answer; null if there is nothing to be checked */
        ByteBuffer run() throws TeeException;
    }

    private static boolean perform(Maker maker, Request request, byte[] payload, Step step) {
        if (maker.lane() != null) {
            maker.lane().begin(request);
        }
        try {
            ByteBuffer answer = step.run();
            if (answer == null) {
                request.connected();
            } else {
                request.answered(answer.getLong(), answer.getInt(), answer.getLong(), payload);
            }
            return true;
        } catch (TeeException e) {
            request.refused(new Result(e.result().code()), e.getMessage());
        } catch (IllegalStateException e) {
            request.refused(Result.CLOSED, e.toString());
        } finally {
            if (maker.lane() != null) {
                maker.lane().end();
            }
        }
        return false;
    }

    private static byte[] payload(Random random, int most) {
        byte[] payload = new byte[random.nextInt(most)];
        random.nextBytes(payload);
        return payload;
    }

    private static ByteBuffer answer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Closes the connections that nobody uses. */
    @Override
    public void close() {
        for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
            connection.close();
        }
    }
}
