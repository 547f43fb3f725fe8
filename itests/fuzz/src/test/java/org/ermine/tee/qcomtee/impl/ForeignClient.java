// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.fakes.FakeHost;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParam.Type;
import org.ermine.tee.spi.TeeParams;

/**
 * A client of the foreign world, and the host of its own callback objects, in one thread. Compares what it gets with
 * what was sent.
 */
final class ForeignClient extends FakeHost {

    /** An object of the secure world that this client has; the id on the wire is 0 where that is not known. */
    private record Owned(long id, int wireId) {}

    private static final int FIRST_OP = 0x40;
    private static final int ROOT = 1;
    private static final int MEMORY_SIZE = 64;
    private static final int ROOM = 4096;
    private static final Set<Errno> HOSTILE_OUTCOMES = EnumSet.of(Errno.ENODEV, Errno.EBUSY, Errno.ENOSPC);
    /** What an object may answer, and what the secure world is told then. */
    private static final int[][] RESULTS = {
        {0, 0},
        {0, 0},
        {0, 0},
        {10, 10},
        {1, 1},
        {-12, -97},
        {-19, -90},
        {-28, -99},
        {-16, -99},
        {-9, -96},
        {-22, -96},
        {-1, 1}
    };

    private final ForeignWorld world;
    private final QcomContext context;
    private final List<Owned> owned = new ArrayList<>();
    private final Set<Long> handedOver = new HashSet<>();
    private final Set<Long> released = new HashSet<>();

    ForeignClient(String name, ForeignWorld world, QcomTee tee) throws TeeException {
        super(name);
        this.world = world;
        context = (QcomContext) tee.open(this);
        for (int i = 0; i < 2; i++) {
            MemoryRegion region = tee.transport().memory().allocate(MEMORY_SIZE);
            add(region);
        }
    }

    /** Releases an object or invokes one, as the input says. */
    void act() throws TeeException {
        if (world.input().oneIn(8) && !owned.isEmpty()) {
            Owned object = owned.remove(world.input().below(owned.size()));
            context.invoke(object.id(), DriverContext.OP_RELEASE, new TeeParams(0), Long.MAX_VALUE);
            return;
        }
        int choice = world.input().u8();
        boolean root = owned.isEmpty() || choice % 2 == 0;
        Owned target = root ? new Owned(DriverContext.NULL, ROOT) : owned.get(choice % owned.size());
        List<ForeignObject> objects = objects();
        invoke(target.id(), ForeignMessage.chosen(world.input(), target.wireId(), FIRST_OP + (choice >>> 4), objects));
    }

    /** Hands one callback object over. */
    void handOver() throws TeeException {
        invokeRoot(List.of(user(world.nextNumber())));
    }

    /** Enters the secure world and brings nothing. */
    void enter() throws TeeException {
        invokeRoot(List.of());
    }

    private void invokeRoot(List<ForeignObject> objects) throws TeeException {
        invoke(DriverContext.NULL, new ForeignMessage(ROOT, FIRST_OP, List.of(), List.of(), objects, 0));
    }

    private List<ForeignObject> objects() {
        List<ForeignObject> objects = new ArrayList<>();
        for (int more = world.input().below(4); more > 0; more--) {
            objects.add(object());
        }
        return objects;
    }

    /** Something to be handed over. */
    private ForeignObject object() {
        int choice = world.input().u8();
        return switch (choice & 3) {
            case 0 -> user(world.nextNumber());
            case 1 -> new ForeignObject(ForeignObject.Kind.MEMORY, this, pick(choice));
            case 2 ->
                owned.isEmpty()
                        ? ForeignObject.NONE
                        : new ForeignObject(
                                ForeignObject.Kind.SECURE,
                                this,
                                owned.get((choice >>> 2) % owned.size()).id());
            default -> ForeignObject.NONE;
        };
    }

    private long pick(int choice) {
        return memoryIds().get((choice >>> 2) % memoryIds().size());
    }

    private void invoke(long target, ForeignMessage message) throws TeeException {
        TeeParams params = new TeeParams(TeeParams.MAX);
        message.inputs().forEach(input -> params.add().buffer(Type.UBUF_INPUT, input, 0, input.length));
        message.room().forEach(room -> params.add().buffer(Type.UBUF_OUTPUT, new byte[room], 0, room));
        message.objects().forEach(object -> name(params.add(), Type.OBJREF_INPUT, object));
        for (int i = 0; i < message.wanted(); i++) {
            params.add().object(Type.OBJREF_OUTPUT, DriverContext.NULL, 0);
        }
        world.announce(this, message);
        try {
            int result = context.invoke(target, message.op(), params, Long.MAX_VALUE);
            receive(message, result, params);
        } catch (TeeException e) {
            if (!world.isHostile()
                    || e.errno().filter(HOSTILE_OUTCOMES::contains).isEmpty()) {
                throw new AssertionError(this + ": the invocation fails: " + e.getMessage(), e);
            }
        } finally {
            noteHandedOver(message.objects(), params.isHandedOver());
            params.clear();
        }
    }

    /** What the secure world has to find under an id of this client. */
    int wireId(ForeignObject object) {
        return owned.stream()
                .filter(each -> each.id() == object.number())
                .findFirst()
                .map(Owned::wireId)
                .orElse(0);
    }

    private static void name(TeeParam param, Type type, ForeignObject object) {
        switch (object.kind()) {
            case USER -> param.object(type, object.number(), TeeParam.FLAG_USER);
            case MEMORY -> param.object(type, object.number(), TeeParam.FLAG_MEM);
            case SECURE -> param.object(type, object.number(), TeeParam.FLAG_TEE);
            default -> param.object(type, DriverContext.NULL, 0);
        }
    }

    private void noteHandedOver(List<ForeignObject> objects, boolean handed) {
        objects.stream()
                .filter(object -> handed && object.kind() == ForeignObject.Kind.USER)
                .forEach(object -> handedOver.add(object.number()));
    }

    private void receive(ForeignMessage message, int result, TeeParams params) {
        ForeignMessage.Answer expected = message.answer();
        int firstOutput = message.inputs().size();
        int firstObject =
                firstOutput + message.room().size() + message.objects().size();
        if (world.isHostile()) {
            for (int i = 0; result == 0 && i < message.wanted(); i++) {
                keep(params.get(firstObject + i), 0);
            }
            return;
        }
        ForeignLayout.requireEqual(expected.result(), result, this + ": result");
        for (int i = 0; result == 0 && i < message.room().size(); i++) {
            requireBytes(expected.outputs().get(i), params.get(firstOutput + i), "output " + i);
        }
        for (int i = 0; result == 0 && i < message.wanted(); i++) {
            takeObject(expected.objects().get(i), params.get(firstObject + i));
        }
    }

    private void requireBytes(byte[] expected, TeeParam param, String what) {
        ForeignLayout.requireEqual(expected.length, param.size(), this + ": size of " + what);
        byte[] actual = new byte[expected.length];
        if (actual.length > 0) {
            param.view().get(0, actual);
        }
        if (!Arrays.equals(expected, actual)) {
            throw new AssertionError(this + ": " + what + " has other bytes");
        }
    }

    private void takeObject(ForeignObject expected, TeeParam param) {
        if (expected.kind() == ForeignObject.Kind.SECURE) {
            ForeignLayout.requireEqual(TeeParam.FLAG_TEE, param.objectFlags(), this + ": flags of " + expected);
            keep(param, (int) expected.number());
            return;
        }
        TeeParam named = new TeeParams(1).add();
        name(named, param.type(), expected);
        ForeignLayout.requireEqual(named.objectId(), param.objectId(), this + ": id of " + expected);
        ForeignLayout.requireEqual(named.objectFlags(), param.objectFlags(), this + ": flags of " + expected);
    }

    private void keep(TeeParam param, int wireId) {
        if (param.objectFlags() == TeeParam.FLAG_TEE && param.objectId() != DriverContext.NULL) {
            owned.add(new Owned(param.objectId(), wireId));
        }
    }

    @Override
    public void awaiting() {
        try {
            SupplicantRequest request = new SupplicantRequest(TeeParams.MAX, ROOM);
            if (receiveRequest(request)) {
                serve(request);
            }
        } catch (TeeException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns false if there is nothing but notifications. */
    private boolean receiveRequest(SupplicantRequest request) throws TeeException, InterruptedException {
        while (context.receive(request, 0)) {
            if (!request.isRelease()) {
                return true;
            }
            noteReleased(request.object());
        }
        return false;
    }

    private void noteReleased(long number) {
        if (!released.add(number)) {
            throw new AssertionError(this + ": object " + number + " is released twice");
        }
        if (!world.isHostile() && world.books().holds(user(number))) {
            throw new AssertionError(this + ": object " + number + " is released though the secure world holds it");
        }
    }

    private ForeignObject user(long number) {
        return new ForeignObject(ForeignObject.Kind.USER, this, number);
    }

    private void serve(SupplicantRequest request) throws TeeException {
        ForeignMessage message = world.takeRequest();
        try {
            if (world.isHostile()) {
                keepAll(request.params());
            } else {
                requireArrived(message, request);
            }
            world.actNested();
            answer(message, request);
        } finally {
            request.params().clear();
        }
    }

    private void keepAll(TeeParams params) {
        for (int i = 0; i < params.count(); i++) {
            if (params.get(i).type() == Type.OBJREF_INPUT) {
                keep(params.get(i), 0);
            }
        }
    }

    private void requireArrived(ForeignMessage message, SupplicantRequest request) {
        TeeParams params = request.params();
        ForeignLayout.requireEqual(message.target(), request.object(), this + ": the object that is called");
        ForeignLayout.requireEqual(message.op(), request.op(), this + ": operation");
        ForeignLayout.requireEqual(message.arguments(), params.count(), this + ": arguments");
        int at = 0;
        for (byte[] input : message.inputs()) {
            requireBytes(input, params.get(at), "input " + at);
            at++;
        }
        for (int room : message.room()) {
            ForeignLayout.requireEqual(room, params.get(at++).size(), this + ": room of an output");
        }
        for (ForeignObject object : message.objects()) {
            takeObject(object, params.get(at++));
        }
    }

    private void answer(ForeignMessage message, SupplicantRequest request) {
        int[] result = RESULTS[world.input().below(RESULTS.length)];
        List<byte[]> outputs = new ArrayList<>();
        List<ForeignObject> objects = new ArrayList<>();
        for (int i = 0; i < request.params().count(); i++) {
            TeeParam param = request.params().get(i);
            if (param.type() == Type.UBUF_OUTPUT) {
                byte[] output = ForeignMessage.content(world.input().u8() % (param.size() + 1), world.input());
                outputs.add(output);
                param.buffer(Type.UBUF_OUTPUT, output, 0, output.length);
            } else if (param.type() == Type.OBJREF_OUTPUT) {
                ForeignObject object = result[0] == 0 ? object() : ForeignObject.NONE;
                objects.add(object);
                name(param, Type.OBJREF_OUTPUT, object);
            }
        }
        try {
            context.send(request.id(), result[0], request.params());
            noteHandedOver(objects, true);
            message.answer(new ForeignMessage.Answer(result[1], outputs, objects));
        } catch (TeeException e) {
            throw new AssertionError(this + ": a good answer is refused: " + e.getMessage(), e);
        }
    }

    /** What the secure world let go was announced, and nothing else. */
    void requireSettled() throws TeeException, InterruptedException {
        receiveNotifications();
        for (long number : handedOver) {
            if (released.contains(number) == world.books().holds(user(number))) {
                throw new AssertionError(this + ": object " + number + " is let go but not released");
            }
        }
    }

    private void receiveNotifications() throws TeeException, InterruptedException {
        SupplicantRequest request = new SupplicantRequest(TeeParams.MAX, ROOM);
        if (receiveRequest(request)) {
            throw new AssertionError(this + ": request " + request.id() + " waits though no client does");
        }
    }

    /** Ends the context and proves that nothing of it is left. The secure world holds nothing any more. */
    void close() throws TeeException, InterruptedException {
        receiveNotifications();
        if (!handedOver.equals(released)) {
            throw new AssertionError(this + ": handed over " + handedOver + ", released " + released);
        }
        ContextDTO left = new ContextDTO();
        context.describe(left);
        ForeignLayout.requireEqual(0, left.callbackObjects, this + ": callback objects left");
        ForeignLayout.requireEqual(0, left.requests.length, this + ": requests left");
        context.closeContext();
        memoryIds().forEach(this::free);
        release();
        ForeignLayout.requireEqual(0, references(), this + ": references left");
    }

    /** Where shared memory of this client is. */
    long address(ForeignObject object) {
        return address(object.number());
    }

    @Override
    protected void ended() {
        context.release();
    }
}
