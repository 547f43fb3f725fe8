// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import java.util.Map;
import org.ermine.tee.ArgumentAccess;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.fakes.Fake;
import org.ermine.tee.fakes.FakeTeeObject;

/** A QTEE with one service, which does what a test says. */
final class FakeQtee {

    private FakeQtee() {}

    /** A client environment that opens this service, whatever the UID. */
    static ClientEnv offering(FakeTeeObject.Operations service) throws TeeException {
        TeeObject environment = object((op, arguments) -> ArgumentAccess.returned(arguments, 1, object(service)));
        return ClientEnv.register(context(environment));
    }

    /** A context in which clients get this environment. */
    static TeeContext context(TeeObject environment) {
        return context(
                object((op, arguments) -> ArgumentAccess.returned(arguments, 1, environment)), (op, arguments) -> {});
    }

    /** A context with this root object and these credentials. */
    static TeeContext context(TeeObject root, CallbackObject credentials) {
        return Fake.answering(TeeContext.class, Map.of("root", root, "credentials", credentials));
    }

    static TeeObject object(FakeTeeObject.Operations operations) {
        return new FakeTeeObject(operations);
    }

    /** @param closed is told each time that the object is closed */
    static TeeObject object(FakeTeeObject.Operations operations, Runnable closed) {
        return new FakeTeeObject(operations) {
            @Override
            public void close() {
                closed.run();
            }
        };
    }
}
