// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ermine.tee.TeeException;
import org.ermine.tee.fakes.MessageView;
import org.ermine.tee.itests.fuzz.Input;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.SecureChannel;

/**
 * A secure world written against the published format alone: it shares no class with the emulated QTEE, and no message
 * class with the backend. It uses whatever freedom the format leaves; if it is hostile, it does not keep to the format
 * either. Entered by the thread of the target, and by the backend's release thread for releases only.
 */
final class ForeignWorld implements SecureChannel {

    private static final int ERROR = 1;
    private static final int MOST_STEPS = 400;
    private static final int MOST_NESTED = 3;
    /** As many releases as fit into the outbound buffer, with a header. */
    private static final int MOST_RELEASES = 1000;

    private final MessageView messages;
    private final Map<SecureCall, ForeignCall> calls = new HashMap<>();

    private List<ForeignClient> clients = List.of();
    private Input input = new Input(new byte[0]);
    private ForeignBooks books = new ForeignBooks();
    private boolean hostile;
    /** Whether the input is asked what to do; otherwise every call returns at once. */
    private boolean choosing;

    private ForeignClient caller;
    private ForeignMessage announced;
    private ForeignMessage request;
    private List<Integer> lettingGo = List.of();
    private int steps;
    private int nested;
    private long numbers;
    private int secureIds = 1;

    ForeignWorld(PhysicalMemory memory) {
        messages = new MessageView(memory);
    }

    /** Starts over. Every call returns at once until {@link #choose}. */
    void begin(Input chosen, boolean keepsToNoFormat, List<ForeignClient> all) {
        input = chosen;
        hostile = keepsToNoFormat;
        clients = all;
        books = new ForeignBooks();
        calls.clear();
        choosing = false;
        announced = null;
        request = null;
        steps = 0;
        nested = 0;
    }

    void choose(boolean chooses) {
        choosing = chooses;
    }

    Input input() {
        return input;
    }

    ForeignBooks books() {
        return books;
    }

    boolean isHostile() {
        return hostile;
    }

    /** Whether it breaks the format now. At the beginning and the end it does not: what it holds then is known. */
    boolean isSpoiling() {
        return isHostile() && choosing;
    }

    /** A number for a callback object that none had before. */
    long nextNumber() {
        return ++numbers;
    }

    /** An id for an object of the secure world. */
    int nextSecureId() {
        return ++secureIds;
    }

    /** The latest message. */
    int lastSecureId() {
        return Math.max(2, secureIds);
    }

    /** The client is about to send this. */
    void announce(ForeignClient client, ForeignMessage message) {
        caller = client;
        announced = message;
    }

    /** The secure world is about to send this. */
    void request(ForeignMessage sent) {
        request = sent;
    }

    /** What the host of the called object has to have received. */
    ForeignMessage takeRequest() {
        ForeignMessage sent = request;
        request = null;
        if (sent == null) {
            throw new AssertionError("a request arrives that was not sent");
        }
        return sent;
    }

    /** A host may want something itself before it answers, or another client meanwhile. */
    void actNested() throws TeeException {
        if (nested < MOST_NESTED && input.oneIn(4)) {
            nested++;
            clients.get(input.below(clients.size())).act();
            nested--;
        }
    }

    /** Whether a call may go on: endless ones come to an end, and where the input ends so does everything. */
    boolean mayCallBack() {
        return choosing && !input.isEmpty() && steps++ < MOST_STEPS;
    }

    /** Lets all these go, one reference each. */
    void letGo(List<Integer> ids, ForeignClient client) throws TeeException {
        for (int at = 0; at < ids.size(); at += MOST_RELEASES) {
            lettingGo = ids.subList(at, Math.min(ids.size(), at + MOST_RELEASES));
            client.enter();
        }
    }

    /** What is to be released with the next return, other than what the input chooses. */
    List<Integer> takeLettingGo() {
        List<Integer> ids = lettingGo;
        lettingGo = List.of();
        return ids;
    }

    /** Any references that it holds: some messages with some releases each. They are gone then. */
    List<List<Integer>> chooseReleases() {
        List<List<Integer>> messages = new ArrayList<>();
        for (int more = choosing ? input.below(4) : 0; more > 0; more--) {
            List<Integer> ids = new ArrayList<>();
            for (int each = input.below(4); each > 0 && !books.ids().isEmpty(); each--) {
                int id = pick(books.ids());
                ids.add(id);
                books.release(id);
            }
            messages.add(ids);
        }
        return messages;
    }

    int pick(List<Integer> ids) {
        return ids.get(input.below(ids.size()));
    }

    @Override
    public void invoke(SecureCall call) throws TeeException {
        ForeignLayout inbound = new ForeignLayout(inbound(call), ForeignLayout.INBOUND_HEADER);
        if (inbound.op() == ForeignLayout.RELEASE) {
            books.takenBack(inbound.target());
            call.respond(0, 0);
            return;
        }
        ForeignMessage message = announced;
        announced = null;
        if (message == null) {
            // The device asks for the version, which is nothing that this world would tell.
            call.respond(ERROR, 0);
            return;
        }
        goOn(new ForeignCall(this, call, caller, message));
    }

    @Override
    public void callbackResponse(SecureCall call) throws TeeException {
        goOn(calls.remove(call));
    }

    /** Each callback leaves the secure world in one way or the other. */
    private void goOn(ForeignCall call) throws TeeException {
        while (call.step()) {
            if (input.oneIn(2)) {
                calls.put(call.call(), call);
                call.call().respond(0, SecureCall.CALLBACK);
                return;
            }
            call.call().serveCallback();
        }
    }

    ByteBuffer inbound(SecureCall call) {
        return messages.inbound(call);
    }

    ByteBuffer outbound(SecureCall call) {
        return messages.outbound(call);
    }
}
