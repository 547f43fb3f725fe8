// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The accounts are settled where all is well, and show each planted fault. */
class LedgerTest {

    private static final byte[] PAYLOAD = {1, 2, 3};
    private static final String SLOT = "slot";
    private static final long LIMIT = TimeUnit.MINUTES.toNanos(1);
    private static final Result DEFUNCT = new Result(-90);
    private static final Result CALLBACK_DEFUNCT = new Result(Result.ofCallback(-90));
    private static final Result TIMEOUT = new Result(-103);
    private static final Result CALLBACK_TIMEOUT = new Result(Result.ofCallback(-103));

    private final Ledger ledger = new Ledger(1, LIMIT);
    private final Owner owner = ledger.owner("client");
    private final ContextLife context = new ContextLife(owner);
    private final SecureSide secure = ledger.secureSide();
    private final Generation generation = ledger.generation(SLOT, LIMIT);

    private Request request(Plan plan) {
        return request(plan, Ledger.NO_LIMIT);
    }

    private Request request(Plan plan, long limitNanos) {
        Request request = ledger.begin(Kind.NAMED, plan, SLOT, context, null, limitNanos);
        secure.reached(request.number());
        return request;
    }

    private Call handle(Request request, Generation by) {
        Call call = by.begin(request.number());
        call.end(true);
        return call;
    }

    private static void answer(Request request, Generation by) {
        answer(request, by, PAYLOAD);
    }

    private static void answer(Request request, Generation by, byte[] payload) {
        request.answered(request.number(), by.id(), Content.of(request.number(), payload, by.id()), PAYLOAD);
    }

    private void assertFaults(Fault... expected) {
        Map<Fault, Long> faults = ledger.faults();
        assertEquals(
                List.of(expected), List.copyOf(faults.keySet()), ledger.told().toString());
        faults.values().forEach(count -> assertEquals(1, count, ledger.told().toString()));
    }

    // ---- What is well.

    @Test
    void aRequestThatOneHandlerAnsweredIsSettled() {
        Request request = request(Plan.ANSWER);
        handle(request, generation);
        answer(request, generation);
        ledger.close();
        assertFaults();
        assertEquals(Map.of(Kind.NAMED, 1L), ledger.answered());
        assertEquals(List.of(), ledger.remains());
    }

    @Test
    void aRefusalIsSettledWhereTheHandlerWasToldToRefuse() {
        Request request = request(Plan.THROW_UNCHECKED);
        generation.begin(request.number()).end(false);
        request.refused(Result.ERROR, "told");
        assertFaults();
    }

    @Test
    void aRefusalIsSettledWhereTheContextEndedWithItsBundle() {
        Request request = request(Plan.ANSWER);
        owner.ending();
        request.refused(DEFUNCT, "closed");
        assertFaults();
    }

    @Test
    void aRefusalIsSettledWhereAPartOfErmineWasAway() {
        ledger.disturb();
        Request during = request(Plan.ANSWER);
        during.refused(DEFUNCT, "away");
        Request across = request(Plan.ANSWER);
        ledger.calm();
        across.refused(CALLBACK_DEFUNCT, "away");
        assertFaults();
        assertEquals(1, ledger.epoch());
    }

    @Test
    void aRefusalIsSettledWhereTheClientWasInterrupted() {
        Lane lane = ledger.lane("client-0");
        Request request = request(Plan.HOLD);
        lane.begin(request);
        assertTrue(ledger.interrupt(0));
        assertTrue(lane.end(), "the thread was interrupted");
        request.refused(CALLBACK_DEFUNCT, "interrupted");
        assertFaults();
    }

    @Test
    void aRefusalIsSettledWhereTheClientsLimitPassed() {
        request(Plan.HOLD, 0).refused(CALLBACK_TIMEOUT, "limit");
        request(Plan.HOLD, 0).refused(TIMEOUT, "limit and grace");
        assertFaults();
    }

    @Test
    void aRefusalIsSettledWhereAnInnerRequestWasRefusedForACause() {
        Request outer = request(Plan.NEST);
        Call call = generation.begin(outer.number());
        Request inner = ledger.begin(Kind.NAMED, Plan.HOLD, "other", context, call.request(), 0);
        inner.refused(CALLBACK_TIMEOUT, "limit");
        call.end(false);
        outer.refused(Result.INNER_REFUSED, "inner");
        assertFaults();
    }

    @Test
    void aRequestWhoseClientLeftMayStillComeToOneHandler() {
        Request request = request(Plan.ANSWER, 0);
        request.refused(CALLBACK_TIMEOUT, "limit");
        handle(request, generation);
        assertFaults();
    }

    // ---- What is not.

    @Test
    void aRequestWithoutOutcomeIsLost() {
        request(Plan.ANSWER);
        ledger.close();
        assertFaults(Fault.LOST);
    }

    @Test
    void aRequestThatWaitsTooLongHangsAndIsNamedOnce() {
        request(Plan.ANSWER);
        assertEquals(1, ledger.findHung(0));
        assertEquals(0, ledger.findHung(0));
        assertFaults(Fault.HUNG);
    }

    @Test
    void aRequestThatTwoHandlersGotIsDoubled() {
        Request request = request(Plan.ANSWER);
        handle(request, generation);
        handle(request, ledger.generation(SLOT, LIMIT));
        assertFaults(Fault.DOUBLED);
    }

    @Test
    void aRequestThatCameToAHandlerAfterItWasAnsweredIsDoubled() {
        Request request = request(Plan.ANSWER);
        handle(request, generation);
        answer(request, generation);
        handle(request, generation);
        assertFaults(Fault.DOUBLED);
    }

    @Test
    void aRequestThatCameToTheSecureWorldTwiceIsDoubled() {
        Request request = request(Plan.ANSWER);
        secure.reached(request.number());
        assertFaults(Fault.DOUBLED);
    }

    @Test
    void aSecondAnswerIsDoubled() {
        Request request = request(Plan.ANSWER);
        handle(request, generation);
        answer(request, generation);
        answer(request, generation);
        assertFaults(Fault.DOUBLED);
    }

    @Test
    void theAnswerToAnotherRequestIsWrong() {
        Request request = request(Plan.ANSWER);
        handle(request, generation);
        answer(request, generation, new byte[] {9});
        assertFaults(Fault.WRONG);
    }

    @Test
    void anAnswerSignedByAnotherThanTheHandlerIsWrong() {
        Request request = request(Plan.ANSWER);
        handle(request, generation);
        answer(request, ledger.generation(SLOT, LIMIT));
        assertFaults(Fault.WRONG);
    }

    @Test
    void anAnswerOfAHandlerThatFailedIsWrong() {
        Request request = request(Plan.THROW_ERROR);
        generation.begin(request.number()).end(false);
        answer(request, generation);
        assertFaults(Fault.WRONG);
    }

    @Test
    void anAnswerThatTheSecureWorldKnowsNothingOfIsWrong() {
        Request request = ledger.begin(Kind.NAMED, Plan.ANSWER, SLOT, context, null, Ledger.NO_LIMIT);
        handle(request, generation);
        answer(request, generation);
        assertFaults(Fault.WRONG);
    }

    @Test
    void aRefusalWithoutACauseIsAFault() {
        request(Plan.ANSWER).refused(CALLBACK_DEFUNCT, "why?");
        assertFaults(Fault.REFUSED);
    }

    @Test
    void aTimeOutBeforeTheLimitIsAFault() {
        request(Plan.HOLD, LIMIT).refused(CALLBACK_TIMEOUT, "too early");
        assertFaults(Fault.REFUSED);
    }

    @Test
    void anAbandonedRequestBeforeTheLimitIsAFault() {
        request(Plan.HOLD, LIMIT).refused(TIMEOUT, "too early");
        assertFaults(Fault.REFUSED);
    }

    @Test
    void aHandlerThatWasToldToHangMustNotBeFailedBeforeItsLimit() {
        Request request = request(Plan.HANG);
        Call call = generation.begin(request.number());
        request.refused(CALLBACK_TIMEOUT, "too early");
        call.end(true);
        assertFaults(Fault.REFUSED);
    }

    @Test
    void aRefusalAfterADisturbanceEndedIsAFaultInAContextOpenedSince() {
        ledger.disturb();
        ledger.calm();
        ContextLife fresh = new ContextLife(owner);
        ledger.begin(Kind.DIRECT, Plan.ANSWER, "the secure world", fresh, null, Ledger.NO_LIMIT)
                .refused(DEFUNCT, "why?");
        assertFaults(Fault.REFUSED);
    }

    @Test
    void aResultThatNobodyDocumentsIsAFaultEvenInADisturbance() {
        ledger.disturb();
        request(Plan.ANSWER).refused(new Result(-95), "too large?");
        assertFaults(Fault.REFUSED);
    }

    @Test
    void aRefusalWhileTheHandlerIsReplacedIsCountedAsSuch() {
        ledger.swapBegins(SLOT);
        request(Plan.ANSWER).refused(CALLBACK_DEFUNCT, "no handler");
        ledger.swapEnds(SLOT);
        assertFaults(Fault.REFUSED_DURING_SWAP);
    }

    @Test
    void aCallAfterTheHandlerWasUnregisteredIsLate() {
        generation.unregistered();
        handle(request(Plan.ANSWER), generation);
        assertFaults(Fault.LATE_CALL);
    }

    @Test
    void aHandlerIsNotToBeUnregisteredWhileAnotherThreadIsInACall() throws Exception {
        Request request = request(Plan.ANSWER);
        Thread worker = new Thread(() -> generation.begin(request.number()));
        worker.start();
        worker.join();
        generation.unregistered();
        assertFaults(Fault.NOT_DRAINED);
        assertEquals(1, ledger.remains().size(), "calls that have not ended");
    }

    @Test
    void aHandlerMayUnregisterItselfInACall() {
        Call call = generation.begin(request(Plan.UNREGISTER).number());
        generation.unregistered();
        call.end(true);
        assertFaults();
    }

    @Test
    void aCallbackObjectThatIsNotReleasedRemains() {
        HandedOver object = ledger.handOver(request(Plan.ANSWER).number());
        assertEquals(1, ledger.remains().size());
        object.released();
        assertEquals(List.of(), ledger.remains());
        object.released();
        assertFaults(Fault.RELEASED_TWICE);
    }

    @Test
    void anObjectOfTheSecureWorldThatIsNotReleasedRemains() {
        secure.created();
        assertEquals(List.of("1 objects of the secure world"), ledger.remains());
        secure.released();
        assertEquals(List.of(), ledger.remains());
    }

    @Test
    void onlyAHandlerAtRestIsKilled() throws Exception {
        Request request = request(Plan.HOLD);
        Call call = generation.begin(request.number());
        assertFalse(ledger.kill(), "it is at work");
        call.end(false);
        request.refused(Result.ERROR, "not killed");
        assertFaults(Fault.REFUSED);
    }
}
