// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.concurrency;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.ermine.tee.itests.concurrency.Exploration.Scenario;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each defect that is put into the classes under test is found, by the scenario that is meant to find it. */
@ExtendWith(Explorer.Extension.class)
@Execution(ExecutionMode.CONCURRENT)
class MutantsIT {

    private static final int MOST = 2000;

    private static final String QCOMTEE = "qcomtee/src/main/java/org/ermine/tee/qcomtee/";
    private static final String API = "api/src/main/java/org/ermine/tee/spi/";
    private static final String EMBEDDED = "embedded/src/main/java/org/ermine/tee/embedded/";
    private static final String CORE = "core/src/main/java/org/ermine/tee/core/";
    private static final String SHM = "shm/src/main/java/org/ermine/tee/shm/";
    private static final String SUPPLICANT = "supplicant/src/main/java/org/ermine/tee/supplicant/";

    static Stream<Mutant> mutants() {
        return Stream.of(
                        ofRequests(),
                        ofAnswers(),
                        ofClosedContexts(),
                        ofReferences(),
                        ofAnnouncements(),
                        ofHandles(),
                        ofIds(),
                        ofContexts(),
                        ofCallbackObjects(),
                        ofMemory(),
                        ofWorkers(),
                        ofShares(),
                        ofHandlers())
                .flatMap(kind -> kind);
    }

    /** Requests: whose their arguments are, their ids, and their answers. */
    private static Stream<Mutant> ofRequests() {
        return Stream.of(
                new Mutant(
                        "a client leaves while its arguments are held",
                        QCOMTEE + "request/HandOver.java",
                        "return (word & KEPT) == 0\n                && (state == State.QUEUED",
                        "return true\n                && (state == State.QUEUED",
                        pending("LeaveBesideDelivery"),
                        "the client left while its arguments were held"),
                new Mutant(
                        "a client leaves though it is answered",
                        QCOMTEE + "request/HandOver.java",
                        "(state == State.QUEUED || state == State.PROCESSING)\n"
                                + "                && move(word, in(word, State.LEFT));",
                        "state != State.LEFT\n                && move(word, in(word, State.LEFT));",
                        pending("LeaveBesideAnswer"),
                        "an answer was discarded"),
                new Mutant(
                        "an id is free while its request is processed",
                        QCOMTEE + "request/PendingRequests.java",
                        "table.replace(request.id(), request.takeReservation());",
                        "table.remove(request.id());",
                        pending("PlaceOfAbandoned"),
                        "the place of one that is still worked on"),
                new Mutant(
                        "ids carry no generation",
                        QCOMTEE + "request/IdTable.java",
                        "generation = generation + 1 & Integer.MAX_VALUE;",
                        "",
                        pending("CallAfterLeaving"),
                        "an id was given out again"),
                new Mutant(
                        "an answer is taken over without saying so",
                        QCOMTEE + "request/HandOver.java",
                        "        return (word & FLAGS) == State.PROCESSING.ordinal()"
                                + " && move(word, in(word, State.ANSWERING));",
                        "        return (word & FLAGS) == State.PROCESSING.ordinal();",
                        pending("LeaveBesideAnswer"),
                        ""),
                new Mutant(
                        "a client leaves while memory that it shares is copied",
                        QCOMTEE + "request/HandOver.java",
                        "return (word & KEPT) == 0\n                && (state == State.QUEUED",
                        "return (word & HELD) == 0\n                && (state == State.QUEUED",
                        pending("LeaveBesideCopy"),
                        "the client left while its arguments were held"),
                new Mutant(
                        "a client takes its own request, which another thread can take too",
                        QCOMTEE + "request/PendingRequests.java",
                        "                request.handOver().take();\n"
                                + "                unlink(request);\n"
                                + "            }\n"
                                + "            return request;",
                        "                request.handOver().take();\n            }\n            return request;",
                        pending("SelectBesideOwn"),
                        ""));
    }

    /** Answers: what is sent, and when. */
    private static Stream<Mutant> ofAnswers() {
        return Stream.of(
                new Mutant(
                        "who copies does not send the failure that was noted meanwhile",
                        CORE + "callback/IncomingCall.java",
                        "            send(answer.getAndSet(ANSWERED));\n",
                        "",
                        core("callback.IncomingCallScenarios$FailBesideCopy"),
                        "answers: 0"),
                new Mutant(
                        "a failure is sent while shared memory is copied",
                        CORE + "callback/IncomingCall.java",
                        "} else if (state == COPYING && answer.compareAndSet(COPYING, -errno.number())) {\n",
                        "} else if (state == COPYING && answer.compareAndSet(COPYING, ANSWERED)) {\n"
                                + "                send(-errno.number());\n",
                        core("callback.IncomingCallScenarios$FailBesideCopy"),
                        ""));
    }

    /** Requests of a context that closes, and what becomes of their ids. */
    private static Stream<Mutant> ofClosedContexts() {
        return Stream.of(
                new Mutant(
                        "a failed delivery completes a request that close has completed",
                        QCOMTEE + "request/HandOver.java",
                        "return stateOf(word) == State.PROCESSING && move(word, in(word, State.ANSWERING));",
                        "return move(word, in(word, State.ANSWERING));",
                        pending("CloseBesideFailure"),
                        "a request is completed twice"),
                new Mutant(
                        "a close lets a client go on while its arguments are held",
                        QCOMTEE + "request/HandOver.java",
                        "boolean done = (word & KEPT) == 0 && (state",
                        "boolean done = (state",
                        pending("CloseBesideFailure"),
                        "the client goes on while its arguments are held"),
                new Mutant(
                        "a request is queued after close",
                        QCOMTEE + "request/PendingRequests.java",
                        "            if (closed) {\n                return false;\n            }\n",
                        "",
                        pending("CloseBesideCall"),
                        "a request was queued after close"),
                new Mutant(
                        "a notification that nobody receives is not counted off",
                        QCOMTEE + "request/PendingRequests.java",
                        "notifications = request;",
                        "request.target();",
                        new Scenario("org.ermine.tee.qcomtee.impl.RequestScenarios$Release"),
                        "callback objects: 1"),
                new Mutant(
                        "an id is good for two answers",
                        QCOMTEE + "request/PendingRequests.java",
                        """
                                    if (request == null || request.hasClient() && !request.handOver().takeAnswer()) {
                                        throw new TeeException(\
                        Errno.EINVAL, "no request " + id + " is being processed");
                                    }
                                    table.remove(id);
                        """,
                        """
                                    if (request == null || request.hasClient() && !request.handOver().takeAnswer()
                                            && request.handOver().state() != State.ANSWERING) {
                                        throw new TeeException(\
                        Errno.EINVAL, "no request " + id + " is being processed");
                                    }
                        """,
                        pending("TwoAnswers"),
                        "a request is completed twice"),
                new Mutant(
                        "close lets clients wait",
                        QCOMTEE + "request/PendingRequests.java",
                        "                    request.handOver().close();\n",
                        "                    request.handOver().state();\n",
                        new Scenario("org.ermine.tee.qcomtee.impl.RequestScenarios$Close"),
                        ""),
                new Mutant(
                        "an interrupted client leaves at once",
                        QCOMTEE + "request/RequestQueue.java",
                        "} else if (pending.leave(request)) {",
                        "} else if (pending.leave(request) || true) {",
                        new Scenario("org.ermine.tee.qcomtee.impl.RequestScenarios$Interrupt"),
                        ""));
    }

    /** Counts of references. */
    private static Stream<Mutant> ofReferences() {
        return Stream.of(
                new Mutant(
                        "a reference is taken when the last one is gone",
                        EMBEDDED + "references/ReferenceCount.java",
                        "while (seen > 0) {\n"
                                + "            if (COUNT.compareAndSet(this, seen, Math.addExact(seen, 1))) {",
                        "while (seen >= 0) {\n"
                                + "            if (COUNT.compareAndSet(this, seen, Math.addExact(seen, 1))) {",
                        references("RetainBesideLastRelease"),
                        "the last reference went twice"),
                new Mutant(
                        "references that are taken at once count as one",
                        EMBEDDED + "references/ReferenceCount.java",
                        "COUNT.compareAndSet(this, seen, Math.addExact(seen, 1))",
                        "(count = Math.addExact(seen, 1)) > 0",
                        references("TwoRetains"),
                        "2 references of 3"));
    }

    /** What threads announce, and what is handed to them for it. */
    private static Stream<Mutant> ofAnnouncements() {
        return Stream.of(
                new Mutant(
                        "an object is released though a thread announced that it invokes it",
                        QCOMTEE + "teeobject/ObjectTable.java",
                        "            uses.handOver(key(id), object);\n        }\n        return object;",
                        "        }\n        return object;",
                        objects("ReleaseBesideAnnouncedUse"),
                        "released while in use"),
                new Mutant(
                        "the slots are looked at before the object is taken out of the table",
                        QCOMTEE + "teeobject/ObjectTable.java",
                        "        int object = removeHandle(id);\n"
                                + "        if (object != SecureObjects.NONE) {\n"
                                + "            uses.handOver(key(id), object);\n"
                                + "        }",
                        "        int object = table.get(id);\n"
                                + "        if (object != SecureObjects.NONE) {\n"
                                + "            uses.handOver(key(id), object);\n"
                                + "        }\n"
                                + "        removeHandle(id);",
                        objects("ReleaseBesideAnnouncedUse"),
                        "released while in use"),
                new Mutant(
                        "a context is closed though a thread announced that it invokes an object of it",
                        QCOMTEE + "teeobject/ObjectTable.java",
                        "            uses.handOver(key(index), object);\n",
                        "",
                        objects("CloseBesideAnnouncedUse"),
                        "released while in use"),
                new Mutant(
                        "an invocation announces another object than it looks up",
                        QCOMTEE + "impl/QcomContext.java",
                        "long key = HazardSlots.key(number, op == OP_RELEASE ? NULL : object);",
                        "long key = HazardSlots.key(number, op == OP_RELEASE ? NULL : object + 1);",
                        new Scenario("org.ermine.tee.qcomtee.impl.ContextScenarios$InvokeBesideRelease"),
                        "released while in use"),
                new Mutant(
                        "buffers are asked back from an invocation that uses them",
                        QCOMTEE + "call/MessageBuffers.java",
                        "if (!uses.take(slot)) {",
                        "if (slot < 0) {",
                        new Scenario("org.ermine.tee.qcomtee.impl.ContextScenarios$InvokeBesideShortage"),
                        "no buffer while in use"),
                new Mutant(
                        "a thread is marked, but handed nothing",
                        QCOMTEE + "teeobject/ObjectUses.java",
                        "                objects.tryRetain(object);",
                        "                handed[slot].removeLast();",
                        objects("ReleaseBesideAnnouncedUse"),
                        "released while in use"),
                new Mutant(
                        "what a thread is handed is never given back",
                        QCOMTEE + "teeobject/ObjectUses.java",
                        "                handed[slot].releaseAll(objects);\n",
                        "                handed[slot].getClass();\n",
                        objects("ReleaseBesideAnnouncedUse"),
                        "released 0 times"),
                new Mutant(
                        "a thread does not notice that its slot was marked",
                        API + "HazardSlots.java",
                        "return keys.compareAndSet(place(slot), key, FREE);",
                        "keys.set(place(slot), FREE);\n        return true;",
                        objects("ReleaseBesideAnnouncedUse"),
                        "released 0 times"),
                new Mutant(
                        "a thread that notices that its slot was marked does not do what that is for",
                        API + "HazardSlots.java",
                        "            marked.accept(slot);\n",
                        "            free(slot);\n",
                        objects("ReleaseBesideAnnouncedUse"),
                        "released 0 times"));
    }

    /** Handles of objects, and the tables that they are in. */
    private static Stream<Mutant> ofHandles() {
        return Stream.of(
                new Mutant(
                        "a reference is taken by a handle that nobody keeps",
                        QCOMTEE + "teeobject/ObjectTable.java",
                        "private synchronized int retain(long id) {",
                        "private int retain(long id) {",
                        objects("ReuseBesideAcquire"),
                        "a handle stands for another object"),
                new Mutant(
                        "the head of the free handles does not count its changes",
                        QCOMTEE + "teeobject/SecureObjects.java",
                        "return (head & ~LOW) + ONE | first & LOW;",
                        "return head & ~LOW | first & LOW;",
                        objects("TakesBesideFree"),
                        "a handle was given out twice"),
                new Mutant(
                        "an object that is dropped replaces one that was dropped at the same time",
                        QCOMTEE + "teeobject/DroppedObjects.java",
                        "        } while (!youngest.compareAndSet(seen, object));",
                        "        } while (false);\n        youngest.set(object);",
                        objects("TwoDropsBesideTaking"),
                        "taken: "),
                new Mutant(
                        "an id finds what stands in its place",
                        QCOMTEE + "teeobject/HandleTable.java",
                        "return (slot ^ id) >>> Integer.SIZE == 0 ? (int) slot - 1 : SecureObjects.NONE;",
                        "return (int) slot - 1;",
                        objects("ReuseBesideLookup"),
                        "an old id names another object"),
                new Mutant(
                        "a longer table is shown before it is filled",
                        QCOMTEE + "teeobject/HandleTable.java",
                        """
                                for (int i = 0; i < slots.length(); i++) {
                                    larger.setPlain(i, slots.get(i));
                                }
                                slots = larger;
                        """,
                        """
                                AtomicLongArray all = slots;
                                slots = larger;
                                for (int i = 0; i < all.length(); i++) {
                                    larger.set(i, all.get(i));
                                }
                        """,
                        objects("GrowBesideLookup"),
                        "an object is not found"));
    }

    /** Ids under which objects are known elsewhere. */
    private static Stream<Mutant> ofIds() {
        return Stream.of(
                new Mutant(
                        "an object is found by its id without a reference",
                        QCOMTEE + "export/ExportTable.java",
                        "export.object.tryRetain()",
                        "true",
                        exports("ReleaseBesideAcquire"),
                        ""),
                new Mutant(
                        "a device that ends takes ids out without the lock",
                        QCOMTEE + "export/ExportTable.java",
                        "private synchronized Export removeFrom(",
                        "private Export removeFrom(",
                        exports("ClearBesideRelease"),
                        ""),
                new Mutant(
                        "an object is added to a closed table",
                        QCOMTEE + "teeobject/ObjectTable.java",
                        "        requireOpen();\n        return table.add(object);",
                        "        return table.add(object);",
                        objects("CloseBesideAdd"),
                        "an object is left in a closed table"),
                new Mutant(
                        "references with an id are counted without the lock",
                        QCOMTEE + "export/ExportTable.java",
                        "        synchronized (this) {\n            Export export = find(id);",
                        "        synchronized (new Object()) {\n            Export export = find(id);",
                        exports("TwoReleasesOfExport"),
                        ""));
    }

    /** Devices and contexts, and whoever is inside of them, as core has it. */
    private static Stream<Mutant> ofContexts() {
        return Stream.of(
                new Mutant(
                        "a user comes in when the device refuses",
                        CORE + "device/ContextCount.java",
                        "            if (!refusing) {\n"
                                + "                count++;\n"
                                + "            }\n"
                                + "            return !refusing;",
                        "            count++;\n            return true;",
                        core("device.DeviceScenarios$EnterBesideRefuse"),
                        "somebody"),
                new Mutant(
                        "a context that closes does not look who is inside",
                        CORE + "invoke/Backend.java",
                        "return closed && inside() == 0;",
                        "return closed;",
                        core("invoke.GateScenarios$CloseBesideInvoke"),
                        "call"),
                new Mutant(
                        "a thread announces another context than it enters",
                        CORE + "invoke/CallFrames.java",
                        "int slot = slots.claim(key);",
                        "int slot = slots.claim(key + (1L << Integer.SIZE));",
                        core("invoke.GateScenarios$CloseBesideInvoke"),
                        ""),
                new Mutant(
                        "who closes a context looks for one of its objects",
                        API + "HazardSlots.java",
                        "return next(from, key(whole, 0), ~LOWER_HALF);",
                        "return next(from, key(whole, 0), -1);",
                        core("invoke.GateScenarios$CloseBesideInvoke"),
                        "call"),
                new Mutant(
                        "a frame settles what it still counts",
                        CORE + "invoke/CallFrame.java",
                        "        TALLY.lazySet(this, (long) next.context() << Integer.SIZE);\n"
                                + "        if (counted != null) {\n"
                                + "            counted.settle(count);\n        }\n",
                        "        if (counted != null) {\n            counted.settle(count);\n        }\n"
                                + "        TALLY.lazySet(this, (long) next.context() << Integer.SIZE);\n",
                        core("invoke.GateScenarios$CountBesideRead"),
                        "counted twice"));
    }

    /** Callback objects and the end of their context. */
    private static Stream<Mutant> ofCallbackObjects() {
        return Stream.of(
                new Mutant(
                        "two references that are released at once count as one",
                        EMBEDDED + "references/ReferenceCount.java",
                        "COUNT.compareAndSet(this, seen, seen - 1)",
                        "(count = seen - 1) >= 0",
                        core("context.ContextScenarios$TwoPuts"),
                        "ended 0 times"),
                new Mutant(
                        "an object ends twice",
                        CORE + "object/CallbackTable.java",
                        "synchronized HostedCallback settle(",
                        "HostedCallback settle(",
                        core("object.CallbackTableScenarios$ReleaseBesideSettle"),
                        "told of its release 2 times"),
                new Mutant(
                        "objects are handed over in a context that is closed meanwhile",
                        CORE + "object/CallbackTable.java",
                        "synchronized long handOver(",
                        "long handOver(",
                        core("object.CallbackTableScenarios$CloseBesideHandOver"),
                        ""),
                new Mutant(
                        "a context ends twice",
                        CORE + "context/Host.java",
                        "if (ended.compareAndSet(false, true)) {",
                        "if (!ended.getAndSet(false)) {",
                        core("context.ContextScenarios$PutBesideCutOff"),
                        "ended 2 times"),
                new Mutant(
                        "a context is closed while an object is handed over, and forgets it",
                        CORE + "object/CallbackTable.java",
                        "if (entry.pending == 0) {",
                        "if (entry.references >= 0) {",
                        core("object.CallbackTableScenarios$CloseBesideFailedHandOver"),
                        "told of its release"));
    }

    /** Shared memory. */
    private static Stream<Mutant> ofMemory() {
        return Stream.of(
                new Mutant(
                        "memory is retained when its last reference is gone",
                        SHM + "region/Region.java",
                        "            if (count == 0) {\n                return false;\n            }\n",
                        "",
                        memory("RetainBesideLastRelease"),
                        ""),
                new Mutant(
                        "memory is freed though a reference was taken meanwhile",
                        SHM + "region/Region.java",
                        "return REFERENCES.compareAndSet(this, 1, 0);",
                        "references = 0;\n        return true;",
                        memory("RetainBesideLastRelease"),
                        ""),
                new Mutant(
                        "references that are given back at once count as one",
                        SHM + "region/Region.java",
                        "owner.releaseLast(this) : REFERENCES.compareAndSet(this, count, count - 1);",
                        "owner.releaseLast(this) : (references = count - 1) > 0;",
                        memory("TwoReleases"),
                        ""),
                new Mutant(
                        "an id of memory is used again",
                        SHM + "object/MemoryObjects.java",
                        "generations[index]++;",
                        "",
                        memory("ReleaseBesideAllocate"),
                        "an id was given out again"));
    }

    /** The workers of the supplicant. */
    private static Stream<Mutant> ofWorkers() {
        return Stream.of(
                new Mutant(
                        "a worker that is woken does not hear of it",
                        SUPPLICANT + "worker/WorkerPool.java",
                        "        worker.woken = true;\n",
                        "",
                        workers("TwoAnnouncements"),
                        "hung"),
                new Mutant(
                        "a worker that looks out no more forgets what it was handed meanwhile",
                        SUPPLICANT + "worker/Lookout.java",
                        "return words.get(PLACE) == this && words.compareAndSet(PLACE, this, null);",
                        "boolean nothing = words.get(PLACE) == this;\n"
                                + "        words.set(PLACE, null);\n"
                                + "        return nothing;",
                        workers("HandBesideGiveUp"),
                        "handed over: true, got: false"),
                new Mutant(
                        "two hand a turn over at once, and one of these is lost",
                        SUPPLICANT + "worker/Lookout.java",
                        "return words.get(PLACE) == this && words.compareAndSet(PLACE, this, source);",
                        "boolean free = words.get(PLACE) == this;\n"
                                + "        words.set(PLACE, source);\n"
                                + "        return free;",
                        workers("TwoHands"),
                        ""),
                new Mutant(
                        "a worker that looks out does not hear of a turn that is due",
                        SUPPLICANT + "worker/WorkerPool.java",
                        "if (lookout.recall() || active >= workers) {",
                        "if (active >= workers) {",
                        workers("AnnouncementsBesideLookout"),
                        "hung"));
    }

    /** Workers that are lent, and the shares of owners. */
    private static Stream<Mutant> ofShares() {
        return Stream.of(
                new Mutant(
                        "a worker that has to wait leaves a turn to nobody",
                        SUPPLICANT + "worker/WorkerPool.java",
                        "        lent++;\n"
                                + "        active--;\n"
                                + "        if (turns.isDue()) {\n"
                                + "            activateOne();\n"
                                + "        }\n",
                        "        lent++;\n        active--;\n",
                        workers("LendBesideAnnouncement"),
                        "hung"),
                new Mutant(
                        "a worker in a slow call is lent, and its place stays empty",
                        SUPPLICANT + "worker/WorkerPool.java",
                        "            if (may) {\n"
                                + "                lendOne(worker, owner);\n"
                                + "            }\n"
                                + "            return may;",
                        "            return may;",
                        workers("LendSlowBesideAnnouncement"),
                        ""),
                new Mutant(
                        "a turn that ended occupies its owner's share",
                        SUPPLICANT + "worker/WorkerPool.java",
                        "            turns.left(self.turnOf);\n",
                        "",
                        workers("TurnsOfOneOwner"),
                        "hung"),
                new Mutant(
                        "a worker that has to wait occupies its owner's share",
                        SUPPLICANT + "worker/WorkerPool.java",
                        "        turns.left(worker.turnOf);\n",
                        "",
                        workers("LendBesideAnnouncement"),
                        "hung"),
                new Mutant(
                        "a worker that waits does not hear of the end",
                        SUPPLICANT + "worker/WorkerPool.java",
                        "            idle.forEach(this::isActive);\n",
                        "",
                        workers("CloseBesideAnnouncement"),
                        "hung"));
    }

    /** The handlers of the supplicant. */
    private static Stream<Mutant> ofHandlers() {
        return Stream.of(
                new Mutant(
                        "a handler that is unregistered leaves its calls alone with what they call of it",
                        SUPPLICANT + "handler/HandlerSlot.java",
                        "                retired.add(handler);\n",
                        "",
                        handlers("RetireBesideNestedCall"),
                        "there is no handler"),
                new Mutant(
                        "a handler is called after it was removed",
                        SUPPLICANT + "handler/HandlerSlot.java",
                        "            if (handlers.remove(handler)) {\n"
                                + "                noteSwap(before);\n"
                                + "            }\n",
                        "",
                        handlers("LeaseBesideRefuse"),
                        ""),
                new Mutant(
                        "a handler is added after it was removed",
                        SUPPLICANT + "handler/HandlerSlot.java",
                        "if (handler.removed || closed) {",
                        "if (closed) {",
                        handlers("AddBesideRefuse"),
                        "a handler that was removed is called"),
                new Mutant(
                        "a handler is called for two requests at once",
                        SUPPLICANT + "handler/HandlerSlot.java",
                        "if (oneAtATime && !handler.calls.isEmpty()) {",
                        "if (oneAtATime && handler.calls.size() > 1) {",
                        handlers("TwoLeases"),
                        "two calls at once"));
    }

    private static Scenario pending(String name) {
        return new Scenario("org.ermine.tee.qcomtee.request.PendingScenarios$" + name);
    }

    private static Scenario objects(String name) {
        return new Scenario("org.ermine.tee.qcomtee.teeobject.ObjectScenarios$" + name);
    }

    private static Scenario exports(String name) {
        return new Scenario("org.ermine.tee.qcomtee.export.ExportScenarios$" + name);
    }

    private static Scenario references(String name) {
        return new Scenario("org.ermine.tee.embedded.references.ReferenceScenarios$" + name);
    }

    private static Scenario core(String name) {
        return new Scenario("org.ermine.tee.core." + name);
    }

    private static Scenario memory(String name) {
        return new Scenario("org.ermine.tee.shm.object.MemoryScenarios$" + name);
    }

    private static Scenario workers(String name) {
        return new Scenario("org.ermine.tee.supplicant.worker.WorkerScenarios$" + name);
    }

    private static Scenario handlers(String name) {
        return new Scenario("org.ermine.tee.supplicant.handler.HandlerScenarios$" + name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    @DisplayName("A seeded defect is found")
    void isFound(Mutant mutant, Explorer explorer, @TempDir Path folder) throws Exception {
        long start = System.nanoTime();
        Exploration exploration = mutant.explore(Path.of(System.getProperty("concurrency.bundles")), folder, MOST);
        assertNotNull(
                exploration.failure(), "not found in " + exploration.interleavings() + " interleavings: " + mutant);
        assertTrue(
                exploration.failure().contains(mutant.symptom()),
                "expected: " + mutant.symptom() + "; found: " + exploration.failure());
        explorer.add(mutant.toString(), exploration, start, "found by " + mutant.scenario());
    }
}
