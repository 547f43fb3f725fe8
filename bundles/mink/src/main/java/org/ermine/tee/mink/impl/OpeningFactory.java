// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink.impl;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.RepeatLog;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.PrototypeServiceFactory;
import org.osgi.framework.ServiceObjects;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens something for each bundle, in a context that this bundle owns and that ends with it. Knows in which
 * context each was opened, and which bundles have got none.
 *
 * @param <S> what is opened
 */
final class OpeningFactory<S> implements PrototypeServiceFactory<S> {

    private static final Logger LOG = LoggerFactory.getLogger(OpeningFactory.class);

    private final ClientOpening<S> opening;
    private final ServiceReference<TeeContext> contexts;
    private final RepeatLog problems;
    private final Map<S, Opened> opened = Collections.synchronizedMap(new IdentityHashMap<>());
    private final Set<Bundle> withoutOne = ConcurrentHashMap.newKeySet();

    /**
     * For whom something was opened, and in which context.
     *
     * @param kept what nobody else refers to, and would be a leak
     */
    private record Opened(Bundle bundle, TeeContext context, Object kept) {

        /** Core closes the context of a bundle that lost its right, and the bundle keeps what it has no use for. */
        boolean isLost() {
            return context.isClosed();
        }
    }

    /** @param contexts of the device on which it is opened */
    OpeningFactory(ClientOpening<S> opening, ServiceReference<TeeContext> contexts, RepeatLog problems) {
        this.opening = opening;
        this.contexts = contexts;
        this.problems = problems;
    }

    /**
     * Null if nothing can be opened, which the framework passes on to the bundle. Tried again once it is noted that the
     * bundle has none: so whoever makes it possible meanwhile finds that noted, or it is possible by then.
     */
    @Override
    public S getService(Bundle bundle, ServiceRegistration<S> registration) {
        S got = open(bundle);
        if (got == null && note(bundle)) {
            got = open(bundle);
        }
        if (got != null) {
            withoutOne.remove(bundle);
        }
        return got;
    }

    private boolean note(Bundle bundle) {
        removeGone();
        return withoutOne.add(bundle);
    }

    /** Bundles stop while they get something, so that neither is given back. */
    private void removeGone() {
        withoutOne.removeIf(OpeningFactory::isGone);
        opened.values().removeIf(each -> each.isLost() && isGone(each.bundle()));
    }

    private static boolean isGone(Bundle bundle) {
        return bundle.getBundleContext() == null;
    }

    /** Whether it can be opened now for a bundle that had got none, or has lost what it had. */
    boolean servesMore() {
        removeGone();
        Set<Bundle> without = new HashSet<>(withoutOne);
        new ArrayList<>(opened.values())
                .stream().filter(Opened::isLost).map(Opened::bundle).forEach(without::add);
        return without.stream().anyMatch(this::canHaveOne);
    }

    private boolean canHaveOne(Bundle bundle) {
        S got = open(bundle);
        if (got != null) {
            giveBack(opened.remove(got));
        }
        return got != null;
    }

    private S open(Bundle bundle) {
        TeeContext context = context(bundle);
        if (context == null) {
            return null; // Core has told why.
        }
        boolean kept = false;
        try {
            ClientOpening.Result<S> result = opening.way().open(context);
            opened.put(result.object(), new Opened(bundle, context, result.kept()));
            kept = true;
            return result.object();
        } catch (TeeException e) {
            problems.tell(
                    List.of(opening.name(), bundle.getSymbolicName()),
                    () -> opening.name() + " cannot be opened for " + bundle.getSymbolicName() + ": " + e.getMessage());
            return null;
        } finally {
            if (!kept) {
                giveBack(new Opened(bundle, context, null));
            }
        }
    }

    @Override
    public void ungetService(Bundle bundle, ServiceRegistration<S> registration, S service) {
        giveBack(opened.remove(service));
    }

    /** Null if it may have none, or is on its way out. */
    private TeeContext context(Bundle bundle) {
        try {
            ServiceObjects<TeeContext> objects = objects(bundle);
            return objects == null ? null : objects.getService();
        } catch (IllegalStateException e) {
            LOG.debug("{} stops", bundle);
            return null;
        }
    }

    /** Null if the bundle is on its way out. */
    private ServiceObjects<TeeContext> objects(Bundle bundle) {
        BundleContext context = bundle.getBundleContext();
        try {
            return context == null ? null : context.getServiceObjects(contexts);
        } catch (IllegalStateException e) {
            LOG.debug("{} stops", bundle);
            return null;
        }
    }

    /** The framework may have given it back already, where bundle or device are on their way out. */
    private void giveBack(Opened former) {
        if (former == null) {
            return;
        }
        former.context().close();
        try {
            ServiceObjects<TeeContext> objects = objects(former.bundle());
            if (objects != null) {
                objects.ungetService(former.context());
            }
        } catch (IllegalStateException | IllegalArgumentException e) {
            LOG.debug("the framework has given a context of {} back already", former.bundle());
        }
    }
}
