// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that may open service 5 only, whatever it sends. */
@Timeout(20)
class ServicePolicyTest {

    private static final int OPEN = 0;
    private static final int REGISTER = 2;
    private static final int PASS = 0x2b;
    private static final int CALL_BACK = 0x2c;
    private static final int ENVIRONMENT = 0x20;
    private static final int SERVICE = 0x30;
    /** The user object that holds the credentials that core made of the client, and one that the client made itself. */
    private static final Long OWN = 7L;

    private static final Long OTHER = 8L;

    private final List<String> reached = new ArrayList<>();
    private TestDevice device;
    private TestDevice.Client client;

    @BeforeEach
    void open() throws Exception {
        device = new TestDevice();
        client = device.open();
        client.host.services = "5"::equals;
        device.world.on(REGISTER, stay -> stay.argument(stay.target() == Wire.OBJECT_ROOT ? 0 : 1, 0, ENVIRONMENT));
        device.world.on(OPEN, stay -> {
            reached.add("open on " + stay.target());
            stay.argument(1, 0, SERVICE);
        });
        device.world.on(PASS, stay -> reached.add("pass"));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        device.releaseExports();
        client.drain();
        device.close();
    }

    private long register() throws TeeException {
        TeeParams params = new Params().objectOut().build();
        assertEquals(0, client.invoke(REGISTER, params));
        return params.get(0).objectId();
    }

    private void assertRefused(Executable action) {
        assertEquals(
                Errno.EACCES, assertThrows(TeeException.class, action).errno().orElseThrow());
        assertEquals(List.of(), reached, "what reached QTEE");
    }

    @Test
    @DisplayName("ERM-16: a client opens the services that its owner may open, and no others")
    void onlyPermittedServicesAreOpened() throws Exception {
        long environment = register();

        assertRefused(() -> client.invoke(
                environment, OPEN, new Params().in("06000000").objectOut().build()));
        TeeParams permitted = new Params().in("05000000").objectOut().build();
        assertEquals(0, client.invoke(environment, OPEN, permitted));
        assertEquals(List.of("open on " + ENVIRONMENT), reached);
        long service = permitted.get(1).objectId();
        reached.clear();
        assertEquals(
                0,
                client.invoke(
                        service, OPEN, new Params().in("06000000").objectOut().build()),
                "operation 0 of a service opens nothing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "05", "0500000000000000", "050000"})
    @DisplayName("ERM-16: what does not clearly name a permitted service opens none")
    void malformedNumbersAreRefused(String hex) throws Exception {
        long environment = register();

        assertRefused(() -> client.invoke(
                environment, OPEN, new Params().in(hex).objectOut().build()));
    }

    @Test
    @DisplayName("ERM-16: two numbers, or none, open no service")
    void otherShapesAreRefused() throws Exception {
        long environment = register();

        assertRefused(() -> client.invoke(
                environment,
                OPEN,
                new Params().in("05000000").in("06000000").objectOut().build()));
        assertRefused(
                () -> client.invoke(environment, OPEN, new Params().objectOut().build()));
    }

    @Test
    @DisplayName(
            "ERM-16: the order of parameters does not hide a number, and the root object opens no more than another")
    void theMessageIsChecked() throws Exception {
        long environment = register();

        assertRefused(() -> client.invoke(
                environment, OPEN, new Params().objectOut().in("06000000").build()));
        assertRefused(() ->
                client.invoke(OPEN, new Params().in("06000000").objectOut().build()));
    }

    @Test
    @DisplayName("ERM-16: a client environment got from another one opens no more than that")
    void environmentsOfEnvironmentsAreKnown() throws Exception {
        long environment = register();
        TeeParams params = new Params().in("05000000").objectOut().build();
        assertEquals(0, client.invoke(environment, REGISTER, params));

        assertRefused(() -> client.invoke(
                params.get(1).objectId(),
                OPEN,
                new Params().in("06000000").objectOut().build()));
    }

    @Test
    @DisplayName(
            "ERM-16: a client that may not open all services cannot pass on what opens them, in a call or in an answer")
    void environmentsAreNotPassedOn() throws Exception {
        long environment = register();

        assertRefused(() -> client.invoke(PASS, new Params().tee(environment).build()));

        client.export(77);
        device.world.on(
                CALL_BACK,
                // result 0; object 0x80000001; op 17; counts: 1 output object; output object: room
                stay -> stay.callback("00000000 01000080 11000000 00100000 0000000000000000"),
                stay -> stay.finish(stay.callbackResult()));
        Background<Integer> call = client.call(CALL_BACK);
        SupplicantRequest request = client.receive();
        request.params().get(0).object(TeeParam.Type.OBJREF_OUTPUT, environment, TeeParam.FLAG_TEE);
        assertRefused(() -> client.context.send(request.id(), 0, request.params()));
        assertEquals(TeeResult.UNAVAIL.code(), call.get());
    }

    @Test
    @DisplayName("ERM-16: given a client that may not register for others, then it cannot pass on what registers")
    void whatRegistersIsNotPassedOn() throws Exception {
        client.host.services = uid -> true;
        long environment = register();
        client.host.credentials = OWN::equals;

        assertRefused(() -> client.invoke(PASS, new Params().tee(environment).build()));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    @DisplayName(
            "ERM-16: given credentials that core made, then a client registers with them, in any order of parameters")
    void ownCredentialsRegister(int op) throws Exception {
        client.host.credentials = OWN::equals;
        device.world.on(op, stay -> reached.add("register"));

        assertEquals(0, client.invoke(op, new Params().user(OWN).objectOut().build()));
        assertEquals(0, client.invoke(op, new Params().objectOut().user(OWN).build()));
        assertEquals(List.of("register", "register"), reached);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    @DisplayName("ERM-16: given anything else that tells an identity, then a client does not register with it")
    void otherIdentitiesDoNotRegister(int op) throws Exception {
        long service = register();
        client.host.credentials = OWN::equals;
        device.world.on(op, stay -> reached.add("register"));
        long memory = client.host.add(device.memory.allocate(4096));

        assertRefused(
                () -> client.invoke(op, new Params().user(OTHER).objectOut().build()));
        assertRefused(
                () -> client.invoke(op, new Params().objectOut().user(OTHER).build()));
        assertRefused(() ->
                client.invoke(op, new Params().user(OWN).user(OTHER).objectOut().build()));
        assertRefused(() ->
                client.invoke(op, new Params().user(OWN).user(OWN).objectOut().build()));
        assertRefused(
                () -> client.invoke(op, new Params().memory(memory).objectOut().build()));
        assertRefused(() ->
                client.invoke(service, op, new Params().user(OTHER).objectOut().build()));
        client.host.free(memory);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    @DisplayName("ERM-16: given a CBOR map in the message, then a client does not register with it")
    void aMapInTheMessageDoesNotRegister(int op) {
        client.host.credentials = OWN::equals;

        assertRefused(
                () -> client.invoke(op, new Params().in("a10100").objectOut().build()));
    }

    @Test
    void aClientThatMayOpenAllPassesThemOn() throws Exception {
        client.host.services = uid -> true;
        long environment = register();

        assertEquals(0, client.invoke(PASS, new Params().tee(environment).build()));
        assertEquals(
                0,
                client.invoke(
                        environment, OPEN, new Params().in("06").objectOut().build()),
                "QTEE says what it thinks of that");
        assertEquals(List.of("pass", "open on " + ENVIRONMENT), reached);
    }
}
