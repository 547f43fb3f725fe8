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
import org.ermine.tee.spi.support.OwnerName;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.PrototypeServiceFactory;
import org.osgi.framework.ServiceObjects;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens something for each bundle, in a context that this bundle owns and that ends with it. The factory knows in which
 * context each was opened, and which bundles got nothing.
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
     * The bundle for which something was opened, and the context.
     *
     * @param kept is referred to here, since otherwise nothing would refer to it, and it would count as lost
     */
    private record Opened(Bundle bundle, TeeContext context, Object kept) {

        /**
         * Whether core has closed the context, since its bundle lost the right to it. The bundle keeps an object that
         * it cannot use.
         */
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
     * Returns null if nothing can be opened; the framework passes that on to the bundle. This tries once more after it
     * has noted that the bundle has nothing. So either a thread that makes it possible meanwhile finds that noted, or
     * the second attempt succeeds.
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

    /** Removes entries of bundles that stopped while they got something, and that give nothing back. */
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
                    List.of(opening.name(), bundle.getBundleId()),
                    () -> opening.name() + " cannot be opened for " + OwnerName.of(bundle) + ": " + e.getMessage());
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

    /** Returns null if the bundle may have none, or is stopping. */
    private TeeContext context(Bundle bundle) {
        try {
            ServiceObjects<TeeContext> objects = objects(bundle);
            return objects == null ? null : objects.getService();
        } catch (IllegalStateException e) {
            LOG.debug("{} stops", bundle);
            return null;
        }
    }

    /** Returns null if the bundle is stopping. */
    private ServiceObjects<TeeContext> objects(Bundle bundle) {
        BundleContext context = bundle.getBundleContext();
        try {
            return context == null ? null : context.getServiceObjects(contexts);
        } catch (IllegalStateException e) {
            LOG.debug("{} stops", bundle);
            return null;
        }
    }

    /** Gives a context back. The framework may have done that already, if the bundle or the device is stopping. */
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
