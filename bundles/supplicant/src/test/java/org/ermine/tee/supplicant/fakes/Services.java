// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.fakes;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.embedded.whiteboard.OfferedService;
import org.ermine.tee.embedded.whiteboard.Rights;
import org.ermine.tee.fakes.FakePermissions;
import org.ermine.tee.spi.policy.Permissions;
import org.ermine.tee.supplicant.ListenerHandler;
import org.osgi.framework.Constants;

/** Handler services as the framework would tell of them. The key is the service id. */
public final class Services {

    private Services() {}

    public static OfferedService<CallbackObject> callback(long id, String name, int ranking, CallbackObject object) {
        return service(id, Map.of(CallbackObject.NAME, name, Constants.SERVICE_RANKING, ranking), () -> object);
    }

    public static OfferedService<ListenerHandler> listener(
            long id, int listener, int bufferSize, ListenerHandler object) {
        return listener(id, "test.bundle 1.0.0", listener, bufferSize, object);
    }

    public static OfferedService<ListenerHandler> listener(
            long id, String bundle, int listener, int bufferSize, ListenerHandler object) {
        Map<String, Object> properties =
                Map.of(ListenerHandler.ID, listener, ListenerHandler.BUFFER_SIZE, bufferSize, Constants.SERVICE_ID, id);
        return new OfferedService<>(
                id, properties, bundle, () -> object, () -> {}, new Rights(new FakePermissions(), null));
    }

    public static <S> OfferedService<S> service(long id, Map<String, Object> properties, Supplier<S> get) {
        return service(id, properties, get, new FakePermissions());
    }

    public static <S> OfferedService<S> service(
            long id, Map<String, Object> properties, Supplier<S> get, Permissions permissions) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put(Constants.SERVICE_ID, id);
        return new OfferedService<>(id, all, "test.bundle 1.0.0", get, () -> {}, new Rights(permissions, null));
    }
}
