// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ermine.tee.ArgumentAccess;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.junit.jupiter.api.Test;

/**
 * What proxies send: operations, kinds and order of arguments, bytes and errors by the interface definitions of minkipc
 * and quic-teec, whose numbers stand here as they stand there.
 */
class ProxiesTest {

    /** Each operation: its number, and its arguments, input buffers in hexadecimal. */
    private final List<String> invoked = new ArrayList<>();

    private final TeeObject returned = FakeQtee.object((op, arguments) -> {});

    private String line(int op, Arguments arguments) {
        StringBuilder line = new StringBuilder().append(op);
        for (int i = 0; i < arguments.count(); i++) {
            line.append(' ').append(arguments.kind(i));
            if (arguments.kind(i) == Arguments.Kind.INPUT_BUFFER) {
                byte[] array = ArgumentAccess.array(arguments, i);
                int end = ArgumentAccess.offset(arguments, i) + arguments.size(i);
                line.append(' ').append(HexFormat.of().formatHex(array, ArgumentAccess.offset(arguments, i), end));
            }
        }
        return line.toString();
    }

    /** A service that notes each operation and returns an object wherever there is room for one. */
    private void note(int op, Arguments arguments) {
        invoked.add(line(op, arguments));
        for (int i = 0; i < arguments.count(); i++) {
            if (arguments.kind(i) == Arguments.Kind.OUTPUT_OBJECT) {
                ArgumentAccess.returned(arguments, i, returned);
            }
        }
    }

    @Test
    void givenAServiceThenItIsOpenedByItsNumberInLittleEndian() throws TeeException {
        ClientEnv environment = ClientEnv.register(FakeQtee.context(FakeQtee.object(this::note)));

        assertSame(returned, environment.open(2033));
        environment.open(-1);

        assertEquals(
                List.of("0 INPUT_BUFFER f1070000 OUTPUT_OBJECT", "0 INPUT_BUFFER ffffffff OUTPUT_OBJECT"), invoked);
    }

    @Test
    void givenAClientThenItRegistersAtTheRootWithItsCredentials() throws TeeException {
        CallbackObject credentials = (op, arguments) -> {};
        List<Object> passed = new ArrayList<>();
        TeeObject root = FakeQtee.object((op, arguments) -> {
            note(op, arguments);
            passed.add(arguments.object(0));
        });
        TeeContext context = FakeQtee.context(root, credentials);

        ClientEnv.register(context);

        assertEquals(List.of("2 INPUT_OBJECT OUTPUT_OBJECT"), invoked);
        assertEquals(List.of(credentials), passed);
    }

    @Test
    void givenTheServicesThenTheirNumbersAreThoseOfQtee() {
        assertEquals(
                List.of(3, 87, 143, 268, 2033),
                List.of(
                        QteeUid.APP_LOADER,
                        QteeUid.REGISTER_LISTENER,
                        QteeUid.DIAGNOSTICS,
                        QteeUid.REGISTER_TA_BUFFER,
                        QteeUid.FEATURE_VERSIONS));
    }

    @Test
    void givenAFeatureThenItsVersionIsAskedForByTheIdAndReadInLittleEndian() throws TeeException {
        FeatureVersions versions = FeatureVersions.open(FakeQtee.offering((op, arguments) -> {
            note(op, arguments);
            ArgumentAccess.byteBuffer(arguments, 1).put(0, HexFormat.of().parseHex("00204001"));
            ArgumentAccess.written(arguments, 1, 4);
        }));

        assertEquals(0x01402000, versions.get(FeatureVersions.QTEE));
        assertEquals(List.of("0 INPUT_BUFFER 0a000000 OUTPUT_BUFFER"), invoked);
    }

    @Test
    void givenAVersionOfAnotherSizeThenItIsRefused() throws TeeException {
        for (int size : new int[] {0, 3}) {
            FeatureVersions versions = FeatureVersions.open(
                    FakeQtee.offering((op, arguments) -> ArgumentAccess.written(arguments, 1, size)));

            TeeException refused = assertThrows(TeeException.class, () -> versions.get(10));
            assertEquals(TeeResult.SIZE_OUT, refused.result());
        }
    }

    @Test
    void givenAListenerThenItsIdIsSentWithItsCallbackObjectAndItsMemory() throws TeeException {
        ListenerRegistry registry = ListenerRegistry.open(FakeQtee.offering(this::note));

        registry.register(0x7000, (op, arguments) -> {}, null);

        assertEquals(List.of("0 INPUT_BUFFER 00700000 INPUT_OBJECT INPUT_OBJECT"), invoked);
        assertEquals(0, ListenerRegistry.CALLBACK_REQUEST);
        assertEquals(1, ListenerRegistry.CALLBACK_WAIT);
    }

    @Test
    void givenAnErrorOfTheListenersServiceThenTheMessageSaysWhatItMeans() throws TeeException {
        Map<Integer, String> meanings = new TreeMap<>(Map.of(
                11, "the memory does not begin and end on a page",
                12, "the id is registered already",
                13, "the id is reserved",
                14, "the TEE does not let this virtual machine serve the id"));
        for (Map.Entry<Integer, String> each : meanings.entrySet()) {
            ListenerRegistry registry = ListenerRegistry.open(FakeQtee.offering((op, arguments) -> {
                throw new TeeException(TeeResult.of(each.getKey()), "refused");
            }));

            TeeException refused =
                    assertThrows(TeeException.class, () -> registry.register(0xb, (op, arguments) -> {}, null));
            assertEquals(
                    "register listener 0xb: " + each.getValue() + " (error " + each.getKey() + ")",
                    refused.getMessage());
        }
    }

    @Test
    void givenALoadedApplicationThenItsControllerHasTheNumbersOfItsInterface() throws TeeException {
        AppLoader loader = AppLoader.open(FakeQtee.offering((op, arguments) -> {
            invoked.add(line(op, arguments));
            ArgumentAccess.returned(arguments, 1, FakeQtee.object(this::note));
        }));
        AppController controller = loader.connect("skeleton");

        assertSame(returned, controller.appObject());
        controller.unload();

        assertEquals(List.of("3 INPUT_BUFFER 736b656c65746f6e OUTPUT_OBJECT", "2 OUTPUT_OBJECT", "1"), invoked);
    }

    @Test
    void givenTheControllersInterfaceThenOperationsAndErrorsAreCountedAsThere() {
        assertEquals(
                List.of(0, 1, 2, 3, 4, 5),
                List.of(
                        AppController.OP_OPEN_SESSION,
                        AppController.OP_UNLOAD,
                        AppController.OP_GET_APP_OBJECT,
                        AppController.OP_INSTALL_CBO,
                        AppController.OP_DISCONNECT,
                        AppController.OP_RESTART));
        assertEquals(
                Arrays.asList(12, 13, 14),
                List.of(
                        AppController.ERROR_APP_UNLOADED,
                        AppController.ERROR_APP_IN_USE,
                        AppController.ERROR_NOT_SUPPORTED));
    }

    @Test
    void givenAProxyThatIsClosedThenSoIsItsObject() throws TeeException {
        List<String> closed = new ArrayList<>();
        TeeObject environment = FakeQtee.object((op, arguments) -> {}, () -> closed.add("environment"));
        TeeObject service = FakeQtee.object((op, arguments) -> {}, () -> closed.add("service"));
        TeeObject opening = FakeQtee.object(
                (op, arguments) -> ArgumentAccess.returned(arguments, 1, service), () -> closed.add("opening"));

        ClientEnv.register(FakeQtee.context(environment)).close();
        FeatureVersions.open(ClientEnv.register(FakeQtee.context(opening))).close();
        ListenerRegistry.open(ClientEnv.register(FakeQtee.context(opening))).close();

        assertEquals(List.of("environment", "service", "service"), closed);
    }
}
