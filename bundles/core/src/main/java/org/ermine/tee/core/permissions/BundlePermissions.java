// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.permissions;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.limits.FailureText;
import org.ermine.tee.options.Options;
import org.ermine.tee.runtime.PermissionsDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.Permissions;
import org.ermine.tee.spi.Separately;
import org.osgi.framework.Bundle;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Permissions by configuration. As long as no configuration was right, which is the case only if the first one is wrong, nothing
 * is permitted: by default everything would be.
 *
 * <p>{@code rules} is what is in force; the listeners are told after it changed, so who notes what he does, and then looks
 * it up, misses no change. Declarative Services tell of one change of the configuration after the other.
 */
@Component(service = Permissions.class, configurationPid = PermissionsConfiguration.PID)
@Designate(ocd = PermissionsConfiguration.class)
public final class BundlePermissions implements Permissions {

    private static final Logger LOG = LoggerFactory.getLogger(BundlePermissions.class);

    private final Signatures signatures = new Signatures();
    private final Refusals refusals = new Refusals();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    /** Null as long as nothing was right. */
    private Options<PermissionsConfiguration, Rules> options;

    private volatile String failure = "";
    private volatile Rules rules = Rules.NONE;

    @Activate
    public BundlePermissions(PermissionsConfiguration configuration) {
        start(configuration);
    }

    @Activate
    void activate(Map<String, Object> properties) {
        checkNames(properties);
    }

    private void checkNames(Map<String, Object> properties) {
        if (options != null) {
            options.checkNames(properties);
        }
    }

    private void start(PermissionsConfiguration configuration) {
        try {
            options = new Options<>(
                    PermissionsConfiguration.PID,
                    PermissionsConfiguration.class,
                    configuration,
                    Rules::read,
                    LOG::error);
            rules = options.inForce();
            failure = "";
        } catch (IllegalArgumentException e) {
            failure = e.getMessage();
            LOG.error("{}; nothing is permitted to anybody until it is right", failure);
        }
    }

    @Modified
    void modified(PermissionsConfiguration changed, Map<String, Object> properties) {
        checkNames(properties);
        Rules before = rules;
        if (options == null) {
            start(changed);
        } else {
            options.change(changed);
            rules = options.inForce();
        }
        if (!rules.equals(before)) {
            LOG.info("permissions changed");
            refusals.tellAgain();
            Separately.forEach(
                    listeners,
                    Runnable::run,
                    (listener, thrown) -> LOG.error(
                            "not all of Ermine took over the change of permissions: {}", FailureText.of(thrown)));
        }
    }

    @Override
    public void require(Bundle bundle, Right right, String name) throws TeeException {
        String objection = objection(bundle, right, name);
        if (objection != null) {
            throw refuse(bundle, right, name, objection);
        }
    }

    @Override
    public boolean permits(Bundle bundle, Right right, String name) {
        return objection(bundle, right, name) == null;
    }

    /** Why a bundle may not do something; null if it may. What cannot be judged is refused. */
    private String objection(Bundle bundle, Right right, String name) {
        try {
            return judged(bundle, right, name);
        } catch (Throwable e) {
            return "it cannot be judged: " + e;
        }
    }

    private String judged(Bundle bundle, Right right, String name) {
        Rules present = rules;
        if (present.isOpen(right)) {
            return null;
        }
        if (bundle == null) {
            return "the bundle is gone";
        }
        String objection = failure.isEmpty()
                ? "no rule of option " + Rules.option(right) + " of " + PermissionsConfiguration.PID + " permits it"
                : "nothing is permitted until the configuration is right";
        for (Rule rule : present.of(right)) {
            if (rule.concerns(symbolicName(bundle), name)) {
                String unsigned = rule.signer() == null
                        ? null
                        : signatures.of(bundle).objection(rule.signer(), present.authorities());
                if (unsigned == null) {
                    return null;
                }
                objection = "rule '" + rule.text() + "' does not apply: " + unsigned;
            }
        }
        return objection;
    }

    private TeeException refuse(Bundle bundle, Right right, String name, String objection) {
        long id = bundle == null ? -1 : bundle.getBundleId();
        String owner = bundle == null ? "a bundle that is gone" : symbolicName(bundle) + " " + bundle.getVersion();
        String message = owner + " [" + id + "] may not " + verb(right, name) + ": " + objection;
        switch (refusals.add(id, owner, Rules.option(right), name, objection)) {
            case FIRST ->
                LOG.warn("{}; what else that option refuses it is counted, and listed by TeeRuntime", message);
            case LAST ->
                LOG.warn("{}; what it and any other bundles are refused is counted, and listed by TeeRuntime", message);
            case NOTHING -> LOG.debug("{}", message);
        }
        return new TeeException(Errno.EACCES, message);
    }

    private static String symbolicName(Bundle bundle) {
        return bundle.getSymbolicName() == null ? bundle.getLocation() : bundle.getSymbolicName();
    }

    private static String verb(Right right, String name) {
        return switch (right) {
            case DEVICE -> "open device " + name;
            case SERVICE -> name.equals(ANY) ? "do what could get it any service" : "open service " + name;
            case IDENTITY -> "register with device " + name + " under another identity than its own";
            case LISTENER -> "serve listener 0x" + Long.toHexString(Long.parseLong(name));
            case CALLBACK -> "serve callback '" + name + "'";
            case TRUSTED -> "offer trusted service or application " + name;
        };
    }

    @Override
    public void describe(RuntimeDTO runtime) {
        Rules present = rules;
        PermissionsDTO dto = new PermissionsDTO();
        dto.leftOpen = Arrays.stream(Right.values())
                .filter(present::isOpen)
                .map(Rules::option)
                .toArray(String[]::new);
        dto.rules = Arrays.stream(Right.values())
                .flatMap(right -> present.of(right).stream().map(rule -> Rules.option(right) + " = " + rule.text()))
                .toArray(String[]::new);
        dto.failure = failure;
        refusals.describe(dto);
        runtime.permissions = dto;
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
