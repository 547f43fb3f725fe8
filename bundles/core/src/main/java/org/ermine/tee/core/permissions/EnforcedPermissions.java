// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.permissions;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.options.CoreOptions;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.threads.OwnerThreads;
import org.ermine.tee.runtime.PermissionsDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.policy.PermissionPolicy;
import org.ermine.tee.spi.policy.Permissions;
import org.ermine.tee.spi.support.OwnerName;
import org.ermine.tee.spi.support.Separately;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Permissions as the policy with the highest ranking decides them. While there is no policy:
 *
 * <ul>
 * <li>Nothing is permitted if core requires permissions, and what is open is closed.
 * <li>Nothing more is permitted if a bundle that announces a policy is to run but does not offer it, as when the system
 *     starts or when that bundle is updated. What is open stays open, until the policy that comes decides about it.
 * <li>Otherwise everything is permitted, except to speak for others.
 * </ul>
 *
 * <p>The listeners are called after such a change. So whoever notes what it does, and asks again afterwards, misses no
 * change.
 */
@Component(service = Permissions.class)
public final class EnforcedPermissions implements Permissions {

    private static final Logger LOG = LoggerFactory.getLogger(EnforcedPermissions.class);

    private final BundleContext bundle;
    private final CoreOptions options;
    private final AnnouncedPolicies announced;
    private final Refusals refusals = new Refusals();
    private final OwnerThreads<String> policyThreads = new OwnerThreads<>("ermine-policy", new RepeatLog(LOG::warn));
    private final PermissionsReport report;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Runnable policyListener = this::changed;
    /**
     * All policies that are present; the first one decides. The list is replaced as a whole, so that every reader sees
     * the policies of one moment, and a successor takes over without a gap and without memory, of which there may be
     * none.
     */
    private final AtomicReference<List<OfferedPolicy>> present = new AtomicReference<>(List.of());

    /**
     * Set when this component is deactivated: all policies are unbound then, and nothing is to be logged about that.
     */
    private volatile boolean stopped;

    @Activate
    public EnforcedPermissions(BundleContext bundle, @Reference(name = "options") CoreOptions options) {
        this.bundle = bundle;
        this.options = options;
        report = new PermissionsReport(bundle, refusals, policyThreads, System::nanoTime);
        announced = new AnnouncedPolicies(bundle, this::announcementsChanged);
        announced.open();
        options.onChange(this::changed);
    }

    @Deactivate
    void deactivate() {
        stopped = true;
        options.onChange(null);
        announced.close();
    }

    /**
     * Binds all policies, and not only the one that Declarative Services would choose: if the object of that one could
     * not be got, they would report neither the arrival nor the departure of the others.
     */
    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updatedPolicy",
            unbind = "unbindPolicy")
    void bindPolicy(PermissionPolicy arrived, Map<String, Object> properties) {
        OfferedPolicy offered = offered(arrived, properties);
        change(policies -> Stream.concat(policies, Stream.of(offered)));
        listenTo(arrived, offered.name());
        if (offered == inForce()) {
            LOG.info("{} decides what is permitted", offered.name());
        }
        changed();
    }

    void updatedPolicy(PermissionPolicy policy, Map<String, Object> properties) {
        OfferedPolicy updated = offered(policy, properties);
        change(policies -> policies.map(each -> each.id() == updated.id() ? updated : each));
        changed();
    }

    /**
     * Tells the listeners if the policy that is gone may have been the one in force. If two go at the same time, at
     * least the last one tells them.
     */
    void unbindPolicy(PermissionPolicy gone, Map<String, Object> properties) {
        OfferedPolicy former = offered(gone, properties);
        change(policies -> policies.filter(each -> each.id() != former.id()));
        listenTo(gone, former.name());
        OfferedPolicy successor = inForce();
        if (stopped) {
            return;
        } else if (successor == null) {
            tellOfAbsence(former.name());
        } else if (OfferedPolicy.ORDER.compare(former, successor) < 0) {
            LOG.info("{} decides what is permitted, as {} does not any more", successor.name(), former.name());
        } else {
            return;
        }
        changed();
    }

    /**
     * Adds or removes our listener, on a thread of the policy: one that does not return keeps nobody from hearing that
     * the policies are others now. If it returns late, what it has decided meanwhile is heard of then.
     */
    private void listenTo(PermissionPolicy policy, String name) {
        AtomicBoolean late = new AtomicBoolean();
        Runnable listening = () -> {
            tellWhetherToListen(policy, name);
            if (late.get()) {
                changed();
            }
        };
        if (!policyThreads.execute(name, List.of(listening), PermissionsReport.PATIENCE)) {
            late.set(true);
            LOG.warn("{} does not return when it is told who listens to it: not waited for", name);
        }
    }

    /**
     * Adds or removes our listener. One object can be several services, which other threads may bind and unbind
     * meanwhile, so whoever was last to tell the object looks once more.
     */
    private void tellWhetherToListen(PermissionPolicy policy, String name) {
        try {
            boolean listening;
            do {
                listening = isPresent(policy);
                policy.onChange(listening ? policyListener : null);
            } while (listening != isPresent(policy));
        } catch (Throwable e) {
            LOG.error("{} takes no listener: what it forbids later is not closed: {}", name, FailureText.of(e));
        }
    }

    private boolean isPresent(PermissionPolicy policy) {
        return present.get().stream().anyMatch(each -> each.policy() == policy);
    }

    /** Returns the policy that decides; null if there is none. */
    private OfferedPolicy inForce() {
        List<OfferedPolicy> policies = present.get();
        return policies.isEmpty() ? null : policies.get(0);
    }

    private void change(UnaryOperator<Stream<OfferedPolicy>> change) {
        present.updateAndGet(policies ->
                change.apply(policies.stream()).sorted(OfferedPolicy.ORDER).toList());
    }

    private void tellOfAbsence(String name) {
        if (options.permissionsRequired()) {
            LOG.warn("{} does not decide any more: as permissions are required, nothing is permitted", name);
        } else if (announced.awaited() != null) {
            LOG.info("{} does not decide for now: until it is back nothing more is permitted", name);
        } else {
            LOG.warn("{} does not decide any more: everything is permitted but to speak for others", name);
        }
    }

    private void announcementsChanged() {
        if (inForce() == null && closed() == null) {
            changed();
        }
    }

    /** Whether what is open stays open for the policy that is awaited. */
    private boolean isLeftToWhoComes() {
        return inForce() == null && !options.permissionsRequired() && announced.awaited() != null;
    }

    private void changed() {
        refusals.tellAgain();
        if (isLeftToWhoComes()) {
            return;
        }
        Separately.forEach(
                listeners,
                Runnable::run,
                (listener, thrown) ->
                        LOG.error("not all of Ermine took over the change of permissions: {}", FailureText.of(thrown)));
    }

    private OfferedPolicy offered(PermissionPolicy policy, Map<String, Object> properties) {
        long id = (Long) properties.get(Constants.SERVICE_ID);
        int ranking = properties.get(Constants.SERVICE_RANKING) instanceof Integer number ? number : 0;
        return new OfferedPolicy(policy, id, ranking, provider(properties));
    }

    private String provider(Map<String, Object> properties) {
        Object id = properties.get(Constants.SERVICE_BUNDLEID);
        Bundle provider = id instanceof Long number ? bundle.getBundle(number) : null;
        return provider == null ? "an unknown bundle" : OwnerName.of(provider);
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

    /** Returns why a bundle may not do something; null if it may. What the policy fails to decide is refused. */
    private String objection(Bundle bundle, Right right, String name) {
        OfferedPolicy policy = inForce();
        if (policy == null) {
            return objectionOfNobody(right);
        }
        return policy.objection(bundle, right, name);
    }

    private String objectionOfNobody(Right right) {
        String closed = closed();
        if (closed == null && right == Right.IDENTITY) {
            return "no bundle decides what is permitted, and without a rule nobody may";
        }
        return closed;
    }

    /** Returns why nothing is permitted while there is no policy; null if that is not so. */
    private String closed() {
        if (options.permissionsRequired()) {
            return "permissions are required, and no bundle decides what is permitted";
        }
        String awaited = announced.awaited();
        return awaited == null ? null : awaited + ", which is to decide what is permitted, does not do so yet";
    }

    private TeeException refuse(Bundle bundle, Right right, String name, String objection) {
        long id = bundle == null ? -1 : bundle.getBundleId();
        String owner = bundle == null ? "a bundle that is gone" : symbolicName(bundle) + " " + bundle.getVersion();
        String message = owner + " [" + id + "] may not " + verb(right, name) + ": " + objection;
        switch (refusals.add(id, owner, right.option(), name, objection)) {
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
    public void contribute(RuntimeDTO runtime) {
        OfferedPolicy policy = inForce();
        PermissionsDTO dto = policy == null ? absence() : report.of(policy);
        dto.required = options.permissionsRequired();
        dto.refused = refusals.total();
        runtime.permissions = dto;
    }

    private PermissionsDTO absence() {
        PermissionsDTO dto = new PermissionsDTO();
        String closed = closed();
        if (closed == null) {
            dto.leftOpen = Arrays.stream(Right.values())
                    .filter(right -> right != Right.IDENTITY)
                    .map(Right::option)
                    .toArray(String[]::new);
        } else {
            dto.failure = closed;
        }
        dto.refusals = report.stillRefused((refused, right, name) -> objectionOfNobody(right));
        return dto;
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
