// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.ermine.tee.qtee.emulator.impl.TestDriver.in;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.object;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.outObject;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ermine.tee.Arguments;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.qtee.emulator.app.AppLoaderService;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two clients of an application, which looks at who they are. */
@Timeout(60)
class PresentClientTest {

    private static final int LOAD_EMBEDDED = 2;
    private static final int CONNECT = 3;
    private static final int GET_APP_OBJECT = 2;
    private static final int UID = 4711;
    private static final TrustedClient FIRST = new TrustedClient(1000, "");
    private static final TrustedClient SECOND = new TrustedClient(1001, "");

    @TempDir
    Path directory;

    private final List<Optional<TrustedClient>> seen = new CopyOnWriteArrayList<>();
    private TestDriver driver;

    /** Notes the client, calls back whom it is given, and notes the client again. */
    private record Looking(TrustedEnvironment environment, List<Optional<TrustedClient>> seen)
            implements TrustedObject {

        @Override
        public void invoke(int op, IncomingArguments arguments) throws TeeException {
            seen.add(environment.client());
            if (arguments.inputObjectCount() > 0 && arguments.inputObject(0) instanceof NormalObject callback) {
                callback.invoke(0, new Arguments());
                seen.add(environment.client());
            }
        }

        @Override
        public void released() {
            seen.add(environment.client());
        }
    }

    @BeforeEach
    void start() throws Exception {
        driver = new TestDriver(directory);
        driver.emulator.addApplication(
                "looking",
                environment -> {
                    seen.add(environment.client());
                    return new Looking(environment, seen);
                },
                Map.of());
    }

    private int application(int client, int op) throws TeeException {
        int loader = driver.open(driver.register(client), AppLoaderService.UID);
        TestDriver.Arg name = in("looking".getBytes(StandardCharsets.UTF_8));
        int controller = driver.ok(loader, op, name, outObject()).object();
        return driver.ok(controller, GET_APP_OBJECT, outObject()).object();
    }

    private static List<Optional<TrustedClient>> clients(TrustedClient... clients) {
        return List.of(clients).stream().map(Optional::of).toList();
    }

    @Test
    @DisplayName(
            "ERM-16: given two clients of an application, when each invokes it, the second also within a callback of "
                    + "the first, then the application is told each time who it is")
    void eachIsItself() throws Exception {
        int first = application(1000, LOAD_EMBEDDED);
        int second = application(1001, CONNECT);
        driver.ok(second, 0);
        driver.ok(first, 0, object(driver.export(request -> driver.nested(second, 0))));
        assertEquals(clients(FIRST, SECOND, FIRST, SECOND, FIRST), seen, "the first started it");
    }

    @Test
    @DisplayName(
            "ERM-16: given an application's object in the hands of a service, when a client invokes that, then the "
                    + "client is told, and once the object is released nobody is")
    void throughAnother() throws Exception {
        int first = application(1000, LOAD_EMBEDDED);
        int second = driver.open(driver.register(1001), passesOn());
        driver.ok(second, 0, object(first));
        assertEquals(clients(FIRST, SECOND), seen);

        driver.emulator.close();
        assertEquals(Optional.empty(), seen.get(2));
    }

    private int passesOn() {
        driver.emulator.addService(
                UID,
                client -> (op, arguments) -> ((TrustedObject) arguments.inputObject(0)).invoke(0, arguments),
                Map.of());
        return UID;
    }
}
