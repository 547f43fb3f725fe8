// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.fakes.FakeTeeObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ServiceErrorsTest {

    private static FakeTeeObject.Operations answering(int result) {
        return (op, arguments) -> {
            throw new TeeException(TeeResult.of(result), "operation " + op + " on object 4711: error " + result);
        };
    }

    private static TeeException refusal(Executable operation) {
        return assertThrows(TeeException.class, operation);
    }

    @Test
    void givenALimitOfTheTeeThenTheMessageNamesItAndItsOption() throws TeeException {
        TeeException apps =
                refusal(() -> AppLoader.open(FakeQtee.offering(answering(14))).loadEmbedded("ta"));
        assertEquals(14, apps.result().code());
        assertEquals(
                "load application ta: the TEE has loaded as many applications as it may; of an emulated one that is "
                        + "option"
                        + " maxApplications of org.ermine.tee.qtee.emulator (error 14)",
                apps.getMessage());

        TeeException listeners = refusal(() ->
                ListenerRegistry.open(FakeQtee.offering(answering(10))).register(0x5000, (op, arguments) -> {}, null));
        assertEquals(10, listeners.result().code());
        assertTrue(
                listeners.getMessage().startsWith("register listener 0x5000: the TEE has no room for another listener")
                        && listeners.getMessage().contains("option maxListeners"),
                listeners.getMessage());
    }

    @Test
    void givenTheSameNumberOfAnotherServiceThenItMeansSomethingElse() throws TeeException {
        ClientEnv environment = ClientEnv.register(FakeQtee.context(FakeQtee.object(answering(10))));
        assertEquals(
                "open service 87: the TEE has no such service (error 10)",
                refusal(() -> environment.open(87)).getMessage());
    }

    @Test
    void givenAnUnknownNumberThenNoObjectIsNamed() throws TeeException {
        TeeException unknown =
                refusal(() -> AppLoader.open(FakeQtee.offering(answering(77))).connect("ta"));
        assertEquals(77, unknown.result().code());
        assertEquals("connect to application ta: refused with error 77", unknown.getMessage());
    }

    @Test
    void givenTheTransportFailedThenItsOwnWordsStay() throws TeeException {
        TeeException gone = new TeeException(Errno.ENODEV, "the context is closed");
        AppLoader loader = AppLoader.open(FakeQtee.offering((op, arguments) -> {
            throw gone;
        }));
        assertEquals(gone, refusal(() -> loader.connect("ta")));
        AppLoader late = AppLoader.open(FakeQtee.offering(answering(TeeResult.TIMEOUT.code())));
        assertTrue(refusal(() -> late.connect("ta")).getMessage().contains("object 4711"));
    }
}
