// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.completion;

import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSessionListener;
import org.ermine.tee.shell.command.Commands;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.AnyService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Has Gogo's line editor complete our commands, while it is there. A new instance for each change among them. */
@Component(
        service = {},
        immediate = true)
public final class GogoCompletion {

    private static final String[] SERVICES = {CommandSessionListener.class.getName(), Completion.class.getName()};

    private final List<ServiceRegistration<?>> registrations;

    /** @param lineEditor Gogo's, told by the command {@code complete} that it has; null if there is none */
    @Activate
    public GogoCompletion(
            BundleContext bundle,
            @Reference(
                            name = "lineEditor",
                            service = AnyService.class,
                            target = "(&(osgi.command.scope=gogo)(osgi.command.function=complete))",
                            cardinality = ReferenceCardinality.OPTIONAL,
                            policyOption = ReferencePolicyOption.GREEDY)
                    Object lineEditor,
            @Reference(name = "commands", policyOption = ReferencePolicyOption.GREEDY) List<Commands> commands) {
        registrations = lineEditor == null ? List.of() : List.of(register(bundle, new Completion(commands)));
    }

    private static ServiceRegistration<?> register(BundleContext bundle, Completion completion) {
        Map<String, Object> properties =
                Map.of("osgi.command.scope", "tee", "osgi.command.function", Completion.COMMAND);
        return bundle.registerService(SERVICES, completion, new Hashtable<>(properties));
    }

    @Deactivate
    void deactivate() {
        registrations.forEach(ServiceRegistration::unregister);
    }
}
