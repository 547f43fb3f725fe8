// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.AppController;
import org.ermine.tee.mink.AppLoader;
import org.ermine.tee.mink.ClientEnv;

/** A client of the {@link ProbeApplication}, in a context of its own. */
final class ProbeClient implements AutoCloseable {

    private final TeeContext context;
    private final AppController controller;
    private final TeeObject application;

    private ProbeClient(TeeContext context, AppController controller, TeeObject application) {
        this.context = context;
        this.controller = controller;
        this.application = application;
    }

    static ProbeClient open(TeeDevice device) throws TeeException {
        TeeContext context = device.open();
        try (ClientEnv environment = ClientEnv.register(context);
                AppLoader loader = AppLoader.open(environment)) {
            AppController controller = loader.connectOrLoadEmbedded(ProbeApplication.APPLICATION);
            return new ProbeClient(context, controller, controller.appObject());
        } catch (TeeException | RuntimeException e) {
            context.close();
            throw e;
        }
    }

    TeeObject application() {
        return application;
    }

    /** Has the listener asked with {@code command} in the first word; returns the second word of the answer. */
    int ask(int listener, int command) throws TeeException {
        ByteBuffer request = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        request.putInt(0, listener).putInt(4, command);
        ByteBuffer answer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        application.invoke(
                ProbeApplication.OP_ASK_LISTENER, new Arguments().in(request).out(answer));
        return answer.getInt(4);
    }

    /**
     * Has the callback implementation of that name invoked with {@code command}; returns the second word of the answer.
     */
    int ask(String callback, int command) throws TeeException {
        ByteBuffer request = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer answer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        application.invoke(
                ProbeApplication.OP_CALL_BACK,
                new Arguments().in(request.putInt(0, command)).out(answer).in(context.callback(callback)));
        return answer.getInt(4);
    }

    @Override
    public void close() {
        application.close();
        controller.close();
        context.close();
    }
}
