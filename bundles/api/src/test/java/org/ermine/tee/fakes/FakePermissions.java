// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.fakes;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.policy.Permissions;
import org.osgi.framework.Bundle;

/** Permissions of a test: everything but what it forbids, to all bundles. */
public final class FakePermissions implements Permissions {

    private final Set<String> forbidden = ConcurrentHashMap.newKeySet();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    /** Bundles, and names of what they ask for, at which the decision fails with an Error. */
    public final Set<Object> undecidable = ConcurrentHashMap.newKeySet();
    /** Run when somebody asks, before the answer. */
    public volatile Runnable onQuestion = () -> {};
    /** Run before it tells what it knows. */
    public volatile Runnable telling = () -> {};
    /** What a refusal says before it says what was asked for; null for a refusal without any reason. */
    public volatile String reason = "the bundle may not";

    public void forbid(Right right, String name) {
        forbidden.add(right + " " + name);
        listeners.forEach(Runnable::run);
    }

    public void allow(Right right, String name) {
        forbidden.remove(right + " " + name);
        listeners.forEach(Runnable::run);
    }

    @Override
    public void require(Bundle bundle, Right right, String name) throws TeeException {
        if (!permits(bundle, right, name)) {
            throw new TeeException(Errno.EACCES, reason == null ? null : reason + ": " + right + " " + name);
        }
    }

    @Override
    public boolean permits(Bundle bundle, Right right, String name) {
        if (undecidable.contains(name) || bundle != null && undecidable.contains(bundle)) {
            throw new StackOverflowError("as a hostile bundle brings it about");
        }
        boolean permitted = !forbidden.contains(right + " " + name);
        onQuestion.run();
        return permitted;
    }

    @Override
    public void contribute(RuntimeDTO runtime) {
        telling.run();
        runtime.permissions.rules = forbidden.toArray(String[]::new);
    }

    @Override
    public void addListener(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void removeListener(Runnable listener) {
        listeners.remove(listener);
    }
}
