// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import org.ermine.tee.supplicant.ListenerHandler;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/**
 * A handler in a {@link TestBundle} of its own. Each start is another handler; the test lends it a function, through a
 * service of type {@link Supplier}, that answers the first word of a message with the second.
 */
public final class SwappedHandler implements BundleActivator, ListenerHandler {

    private IntUnaryOperator answers;

    @Override
    public void start(BundleContext context) throws Exception {
        Supplier<?> tapes = context.getService(context.getServiceReference(Supplier.class));
        answers = (IntUnaryOperator) tapes.get();
        context.registerService(
                ListenerHandler.class,
                this,
                FrameworkUtil.asDictionary(
                        Map.of(ListenerHandler.ID, HandlerSwapIT.LISTENER, ListenerHandler.BUFFER_SIZE, 4096)));
    }

    /** What is registered is unregistered by the framework. */
    @Override
    public void stop(BundleContext context) {}

    @Override
    public void handle(ByteBuffer message) {
        message.putInt(4, answers.applyAsInt(message.getInt(0)));
    }
}
