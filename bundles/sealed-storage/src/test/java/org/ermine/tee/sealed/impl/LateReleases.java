// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.impl.UsualApplication;
import org.ermine.tee.trusted.QteeApplication;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;

/** The sealed storage TA, whose objects learn of their release when the test says so. Thread safe. */
@QteeApplication(name = SealedStorageProtocol.TA_NAME)
public final class LateReleases implements TrustedApplication {

    private final TrustedApplication application = UsualApplication.create();
    /** Those whose release has come and was not passed on. Guarded by this. */
    private final List<TrustedObject> late = new ArrayList<>();

    /** How many releases have come and were not passed on. */
    synchronized int waiting() {
        return late.size();
    }

    /** Passes on what has come. */
    void passOn() {
        List<TrustedObject> released;
        synchronized (this) {
            released = List.copyOf(late);
            late.clear();
        }
        released.forEach(TrustedObject::released);
    }

    @Override
    public TrustedObject start(TrustedEnvironment environment) throws TeeException {
        return new Delayed(application.start(environment));
    }

    /** An object of the TA. */
    private final class Delayed implements TrustedObject {

        private final TrustedObject object;

        Delayed(TrustedObject object) {
            this.object = object;
        }

        @Override
        public void invoke(int op, IncomingArguments arguments) throws TeeException {
            object.invoke(op, wrapOutputs(arguments));
        }

        @Override
        public void released() {
            synchronized (LateReleases.this) {
                late.add(object);
            }
        }

        private IncomingArguments wrapOutputs(IncomingArguments arguments) {
            return (IncomingArguments) Proxy.newProxyInstance(
                    IncomingArguments.class.getClassLoader(),
                    new Class<?>[] {IncomingArguments.class},
                    (proxy, method, values) -> {
                        if (method.getName().equals("outputObject")) {
                            values[1] = new Delayed((TrustedObject) values[1]);
                        }
                        try {
                            return method.invoke(arguments, values);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }
}
