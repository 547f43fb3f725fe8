// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeObject;
import org.ermine.tee.runtime.TeeRuntime;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;

/**
 * A client that gets a trusted service as an OSGi service and keeps it until its bundle stops. A {@link Callable} does
 * a sum by it and answers with what went wrong, empty if nothing did; a {@link Supplier} tells who has contexts open.
 */
public final class ServiceClient implements BundleActivator {

    private BundleContext bundle;

    static TestBundle bundle(String name) {
        return new TestBundle(ServiceClient.class, "org.ermine.tee", "org.ermine.tee.runtime").as(name, "1.0.0");
    }

    @Override
    public void start(BundleContext context) {
        bundle = context;
        Map<String, Object> properties = Map.of("of", context.getBundle().getSymbolicName());
        context.registerService(Callable.class, this::work, FrameworkUtil.asDictionary(properties));
        Supplier<String> owners = this::owners;
        context.registerService(Supplier.class, owners, FrameworkUtil.asDictionary(properties));
    }

    /** What is registered is unregistered by the framework, and what was got is given back. */
    @Override
    public void stop(BundleContext context) {}

    private String work() throws Exception {
        ServiceReference<TeeObject> sum = bundle.getServiceReferences(TeeObject.class, "(qtee.uid=5000)").stream()
                .findFirst()
                .orElse(null);
        TeeObject service = sum == null ? null : bundle.getService(sum);
        if (service == null) {
            return "there is no service";
        }
        ByteBuffer words = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer answer = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        service.invoke(0, new Arguments().in(words.putInt(0, 40).putInt(4, 2)).out(answer));
        return answer.getInt(0) == 42 ? "" : "the sum is " + answer.getInt(0);
    }

    private String owners() {
        TeeRuntime runtime = bundle.getService(bundle.getServiceReference(TeeRuntime.class));
        return Arrays.stream(runtime.snapshot().devices)
                .flatMap(device -> Arrays.stream(device.contexts))
                .map(context -> context.owner)
                .toList()
                .toString();
    }
}
