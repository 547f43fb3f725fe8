// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.testing.Deployment;
import org.ermine.tee.testing.InMemoryTee;
import org.ermine.tee.testing.impl.ServiceProperties;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a {@link TrustedService} or {@link TrustedApplication} has to stand, through the object that clients get first.
 * To extend it takes the service or application, and an operation that its object carries out any number of times.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class TrustedObjectContract {

    private static final int CLIENTS = 4;
    private static final int CALLS = 100;
    private static final int[] OPERATIONS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 15, 100, 1000, 0x7ffe, 0x7fff};

    private InMemoryTee tee;
    private Object service;
    private Map<String, Object> properties;
    private Deployment deployment;

    /** A new {@link TrustedService} or {@link TrustedApplication}. */
    protected abstract Object service();

    /** The operation that is carried out. */
    protected abstract int operation();

    /** New arguments of that operation. */
    protected abstract Arguments arguments();

    /** Checks what the operation has answered. */
    protected abstract void checkAnswer(Arguments arguments);

    /** Service properties on top of those that its class declares by annotation. */
    protected Map<String, ?> properties() {
        return Map.of();
    }

    /** Deploys what it needs: handlers that it asks, services that it opens. */
    protected void prepare(InMemoryTee tee) throws Exception {}

    @BeforeEach
    void begin() throws Exception {
        tee = InMemoryTee.start();
        prepare(tee);
        service = service();
        properties = ServiceProperties.of(service.getClass(), properties());
        deployment = tee.deploy(service, properties);
    }

    @AfterEach
    void end() {
        tee.close();
    }

    private TeeObject open() throws TeeException {
        return service instanceof TrustedApplication
                ? tee.openApplication((String) properties.get(TrustedApplication.NAME))
                : tee.openService((int) properties.get(TrustedService.UID));
    }

    @Test
    @DisplayName("the operation is carried out, whoever else calls at the same time")
    void answersManyClients() throws Exception {
        try (TeeObject object = open()) {
            Callers.run(CLIENTS, CALLS, () -> requireAnswer(object));
        }
    }

    @Test
    @DisplayName("it can be opened by several clients, one of which leaves")
    void canBeOpenedAgain() throws Exception {
        try (TeeObject first = open()) {
            try (TeeObject second = open()) {
                requireAnswer(second);
            }
            requireAnswer(first);
        }
    }

    @Test
    @DisplayName("an operation that there is not is refused, and the next call is answered")
    void standsEveryOperation() throws Exception {
        try (TeeObject object = open()) {
            for (int op : OPERATIONS) {
                stand(object, op, new Arguments());
            }
            requireAnswer(object);
        }
    }

    @Test
    @DisplayName("arguments of any number and size are answered or refused, and the next call is answered")
    void standsEveryShape() throws Exception {
        try (TeeObject object = open()) {
            for (int op : OPERATIONS) {
                for (Shape shape : Shape.all()) {
                    stand(object, op, shape.arguments());
                }
            }
            requireAnswer(object);
        }
    }

    @Test
    @DisplayName("when it is taken back its objects are defunct, and another one takes its place")
    void canBeReplaced() throws Exception {
        try (TeeObject object = open()) {
            requireAnswer(object);
            deployment.close();
            TeeException defunct = assertThrows(TeeException.class, () -> requireAnswer(object));
            assertEquals(TeeResult.DEFUNCT, defunct.result());
        }
        deployment = tee.deploy(service(), properties);
        try (TeeObject object = open()) {
            requireAnswer(object);
        }
    }

    @Test
    @DisplayName("with all clients gone none of its objects is left")
    void leavesNothing() throws Exception {
        TeeObject object = open();
        for (Shape shape : Shape.all()) {
            stand(object, operation(), shape.arguments());
        }
        object.close();
        tee.await("QTEE is told of all releases", () -> tee.runtime().snapshot().devices[0].pendingReleases == 0);
        deployment.close();
        assertTrue(tee.runtime().snapshot().devices[0].leakedObjects == 0, "lost objects");
    }

    private void requireAnswer(TeeObject object) throws TeeException {
        Arguments arguments = arguments();
        object.invoke(operation(), arguments);
        checkAnswer(arguments);
    }

    /** Objects that are answered are closed; a refusal must not be the transport's. */
    private static void stand(TeeObject object, int op, Arguments arguments) {
        try {
            object.invoke(op, arguments);
            for (int i = 0; i < arguments.count(); i++) {
                if (arguments.kind(i) == Arguments.Kind.OUTPUT_OBJECT
                        && arguments.object(i) instanceof TeeObject answered) {
                    answered.close();
                }
            }
        } catch (TeeException refused) {
            assertTrue(
                    refused.errno().isPresent() || refused.result().isHostable(),
                    "operation " + op + ": " + refused.getMessage());
        }
    }
}
