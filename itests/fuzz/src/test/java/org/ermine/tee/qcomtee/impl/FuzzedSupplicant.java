// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.TeeException;
import org.ermine.tee.itests.fuzz.Input;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;

/** Answers requests as the input says, well and badly; looks first whether it was told what QTEE sent. */
final class FuzzedSupplicant implements FuzzClient.Supplicant {

    private static final int DEPTH = 3;
    private static final int LARGEST_OUTPUT = 8192;

    private final Input input;
    private final FuzzClient.Supplicant nested;
    /** Requests that nobody answered. */
    private final List<Runnable> late = new ArrayList<>();

    private int depth;

    /** @param nested what the supplicant asks of QTEE before it answers */
    FuzzedSupplicant(Input input, FuzzClient.Supplicant nested) {
        this.input = input;
        this.nested = nested;
    }

    @Override
    public void serve(FuzzClient client) throws TeeException, InterruptedException {
        Request sent = client.world().request();
        int manner = input.u8();
        SupplicantRequest request = (manner & 0x30) == 0x30 ? receiveInLittleRoom(client) : null;
        if (request == null) {
            request = receive(client, TeeParams.MAX, Wire.OUTBOUND);
        }
        if (request == null) {
            return;
        }
        check(request, sent);
        try {
            serve(client, request, manner);
        } finally {
            request.params().clear();
        }
    }

    private void serve(FuzzClient client, SupplicantRequest request, int manner)
            throws TeeException, InterruptedException {
        if ((manner & 0xc0) == 0x40 && depth < DEPTH) {
            depth++;
            nested.serve(client);
            depth--;
        }
        if ((manner & 0x0e) == 0x0e) {
            leaveUnanswered(client, request);
            return;
        }
        releaseSome(client, request);
        answer(client, request);
        if ((manner & 0x0c) == 0x08) {
            refused(client, request.id());
        }
    }

    /** Late answers must be refused. */
    void end() {
        late.forEach(Runnable::run);
    }

    /** Returns null if there was too little room, so that the request is still there. */
    private static SupplicantRequest receiveInLittleRoom(FuzzClient client) throws InterruptedException {
        try {
            return receive(client, 1, 8);
        } catch (TeeException e) {
            return null;
        }
    }

    /** The next request that is no notification; null if it failed on its way. */
    private static SupplicantRequest receive(FuzzClient client, int parameters, int bytes)
            throws TeeException, InterruptedException {
        SupplicantRequest request = new SupplicantRequest(parameters, bytes);
        while (client.context().receive(request, 0)) {
            if (!request.isRelease()) {
                return request;
            }
        }
        return null;
    }

    /** Answers everything with an error. */
    static void refuse(FuzzClient client) throws TeeException, InterruptedException {
        SupplicantRequest request = receive(client, TeeParams.MAX, Wire.OUTBOUND);
        if (request != null) {
            client.context().send(request.id(), 1, request.params());
            request.params().clear();
        }
    }

    private static void check(SupplicantRequest request, Request sent) {
        TeeParams params = request.params();
        if (!sent.isValid() || params.count() != sent.arguments() || request.op() != sent.op()) {
            throw new AssertionError("a request arrives that QTEE did not send");
        }
        for (int i = 0; i < sent.count(0); i++) {
            if (params.get(i).size() != sent.size(i)) {
                throw new AssertionError("input " + i + " has " + params.get(i).size() + " bytes");
            }
            for (int at = 0; at < sent.size(i); at++) {
                if (params.get(i).view().get(at) != sent.at(sent.offset(i) + at)) {
                    throw new AssertionError("byte " + at + " of input " + i + " is not what QTEE sent");
                }
            }
        }
    }

    /** A client that is interrupted gives the request up; an answer that comes then is late. */
    private void leaveUnanswered(FuzzClient client, SupplicantRequest request) {
        Thread.currentThread().interrupt();
        long id = request.id();
        late.add(() -> refused(client, id));
    }

    private static void refused(FuzzClient client, long id) {
        try {
            client.context().send(id, 1, new TeeParams(0));
        } catch (TeeException e) {
            return;
        }
        throw new AssertionError("a second or late answer to request " + id + " is accepted");
    }

    /** Objects that arrived, as far as the supplicant does not keep them for its client. */
    private void releaseSome(FuzzClient client, SupplicantRequest request) throws TeeException {
        for (int i = 0; i < request.params().count(); i++) {
            TeeParam param = request.params().get(i);
            if (param.type() == TeeParam.Type.OBJREF_INPUT
                    && param.objectFlags() == TeeParam.FLAG_TEE
                    && input.oneIn(2)) {
                client.invoke(param.objectId(), DriverContext.OP_RELEASE, new TeeParams(0));
            }
        }
    }

    private void answer(FuzzClient client, SupplicantRequest request) {
        int result = input.oneIn(4) ? input.number() : 0;
        TeeParams params = request.params();
        for (int i = 0; i < params.count(); i++) {
            TeeParam param = params.get(i);
            if (param.type() == TeeParam.Type.UBUF_OUTPUT) {
                output(param);
            } else if (param.type() == TeeParam.Type.OBJREF_OUTPUT) {
                object(client, param);
            }
        }
        TeeParams answer = input.oneIn(16) ? new TeeParams(0) : params;
        try {
            client.context().send(request.id(), result, answer);
        } catch (TeeException e) {
            // It did not fit.
        }
    }

    private void output(TeeParam param) {
        int manner = input.u8();
        int size = switch (manner & 3) {
            case 0 -> param.size();
            case 1 -> Math.min(param.size(), manner >>> 2);
            default -> Math.floorMod(input.number(), LARGEST_OUTPUT);
        };
        byte[] content = new byte[size];
        java.util.Arrays.fill(content, (byte) input.u8());
        TeeParam.Type type = manner == 0xff ? TeeParam.Type.UBUF_INPUT : TeeParam.Type.UBUF_OUTPUT;
        param.buffer(type, content, 0, size);
    }

    private void object(FuzzClient client, TeeParam param) {
        Params.object(param, TeeParam.Type.OBJREF_OUTPUT, client, input);
    }
}
