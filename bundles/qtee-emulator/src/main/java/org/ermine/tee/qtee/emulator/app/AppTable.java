// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.app;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.limit.Limit;
import org.ermine.tee.qtee.emulator.limit.SecureHeap;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.DomainObjectTable;
import org.ermine.tee.qtee.emulator.service.Whiteboard;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedEnvironment;

/** The trusted applications: those deployed, which count as embedded in the TEE, and those loaded. Thread safe. */
public final class AppTable {

    static final TeeResult MAX_NUM_APPS = TeeResult.of(14);
    static final TeeResult ALREADY_LOADED = TeeResult.of(16);
    static final TeeResult EMBEDDED_IMAGE_NOT_FOUND = TeeResult.of(17);
    static final TeeResult TZ_HEAP_MALLOC_FAILURE = TeeResult.of(18);
    static final TeeResult APP_NOT_LOADED = TeeResult.of(22);
    static final TeeResult ELF_LOADING = TeeResult.of(27);

    /** Makes the environment of an application that is loaded. */
    @FunctionalInterface
    public interface EnvironmentFactory {
        TrustedEnvironment create(String name, Domain domain);
    }

    private final Limit limit;
    private final SecureHeap heap;
    private final DomainObjectTable objects;
    private final EnvironmentFactory environments;
    private final Whiteboard<String, TrustedApplication> deployed = new Whiteboard<>();
    /** The applications by name, each from when its loading starts until it has ended. */
    private final Map<String, LoadedApp> loaded = new ConcurrentHashMap<>();

    public AppTable(int limit, SecureHeap heap, DomainObjectTable objects, EnvironmentFactory environments) {
        this.limit = new Limit(limit, "trusted applications", "maxApplications", MAX_NUM_APPS);
        this.heap = heap;
        this.objects = objects;
        this.environments = environments;
    }

    public void deploy(String name, TrustedApplication application, Map<String, ?> properties) {
        deployed.add(name, application, properties);
    }

    /** The application's code is gone: where it runs it ends, and its objects become DEFUNCT without being told. */
    public void undeploy(TrustedApplication application) {
        deployed.remove(deployedOne -> deployedOne == application);
        for (LoadedApp app : loaded.values()) {
            if (app.runs(application)) {
                app.end(false);
            }
        }
    }

    /**
     * Loads an application and connects to it.
     *
     * @param missing the error if nothing with this name is deployed
     */
    LoadedApp load(String name, TeeResult missing) throws TeeException {
        TrustedApplication application = deployed.find(name);
        if (application == null) {
            throw new TeeException(missing, "no trusted application " + name + " is deployed");
        }
        LoadedApp app = new LoadedApp(name, application, this);
        reserve(app);
        try {
            app.start();
        } catch (TeeException e) {
            // Its code may have failed because it went: that is then what there is to say.
            throw deployed.contains(application)
                    ? e
                    : new TeeException(missing, "the trusted application " + name + " went while it started");
        }
        if (!deployed.contains(application)) {
            app.end(false);
        }
        return app;
    }

    /** Connects to a loaded application. */
    LoadedApp connect(String name) throws TeeException {
        LoadedApp app = loaded.get(name);
        if (app == null || !app.connect()) {
            throw new TeeException(APP_NOT_LOADED, name + " is not loaded");
        }
        return app;
    }

    /** Whether an application of this name is loaded or being loaded, so that no other can be. */
    boolean isTaken(String name) {
        return loaded.containsKey(name);
    }

    /** The loaded application of this name; null if there is none. */
    LoadedApp find(String name) {
        LoadedApp app = loaded.get(name);
        return app != null && app.isLoaded() ? app : null;
    }

    List<LoadedApp> loaded() {
        return loaded.values().stream().filter(LoadedApp::isLoaded).toList();
    }

    public void endAll() {
        loaded.values().forEach(app -> app.end(true));
    }

    DomainObjectTable objects() {
        return objects;
    }

    TrustedEnvironment environment(String name, Domain domain) {
        return environments.create(name, domain);
    }

    /** From now on the name is free, and so is its room. */
    void ended(LoadedApp app) {
        synchronized (loaded) {
            if (loaded.remove(app.name(), app)) {
                heap.free(SecureHeap.APPLICATION);
            }
        }
    }

    /**
     * In one step: whoever is refused is so for what is in the table now, and not for what another one takes and gives
     * back.
     */
    private void reserve(LoadedApp app) throws TeeException {
        synchronized (loaded) {
            if (loaded.containsKey(app.name())) {
                throw new TeeException(ALREADY_LOADED, app.name() + " is loaded already");
            }
            if (!limit.isReached(loaded.size())) {
                allocate(app);
                loaded.put(app.name(), app);
                return;
            }
        }
        throw limit.refusal(loaded.keySet());
    }

    private void allocate(LoadedApp app) throws TeeException {
        try {
            heap.allocate(SecureHeap.APPLICATION);
        } catch (TeeException e) {
            throw new TeeException(TZ_HEAP_MALLOC_FAILURE, app.name() + ": " + e.getMessage());
        }
    }
}
