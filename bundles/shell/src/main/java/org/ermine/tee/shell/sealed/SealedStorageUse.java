// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.sealed;

import java.util.Hashtable;
import java.util.List;
import java.util.Map;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers the commands on sealed objects, while there is sealed storage. It knows none of its types, so that it can be
 * loaded where they are not: {@link SealedCommands} does, which is loaded when they are there.
 */
@Component(
        service = {},
        immediate = true)
public final class SealedStorageUse {

    private static final Logger LOG = LoggerFactory.getLogger(SealedStorageUse.class);

    private final List<ServiceRegistration<Commands>> registrations;

    /**
     * @param storage null if there is none
     * @param admin null if there is none
     */
    @Activate
    public SealedStorageUse(
            BundleContext bundle,
            @Reference(
                            name = "storage",
                            service = AnyService.class,
                            target = "(objectClass=org.ermine.tee.sealed.SealedStorage)",
                            cardinality = ReferenceCardinality.OPTIONAL,
                            policyOption = ReferencePolicyOption.GREEDY)
                    Object storage,
            @Reference(
                            name = "admin",
                            service = AnyService.class,
                            target = "(objectClass=org.ermine.tee.sealed.SealedStorageAdmin)",
                            cardinality = ReferenceCardinality.OPTIONAL,
                            policyOption = ReferencePolicyOption.GREEDY)
                    Object admin) {
        registrations = storage == null || admin == null
                ? List.of()
                : commands(storage, admin).stream()
                        .map(commands -> register(bundle, commands))
                        .toList();
    }

    /** None if this bundle was resolved when there was no sealed storage: only a refresh lets it have the package. */
    private static List<Commands> commands(Object storage, Object admin) {
        try {
            return SealedCommands.of(storage, admin);
        } catch (NoClassDefFoundError e) {
            LOG.info(
                    "The commands on sealed objects need a refresh of the shell, which was resolved without: {}",
                    e.getMessage());
            return List.of();
        }
    }

    private static ServiceRegistration<Commands> register(BundleContext bundle, Commands commands) {
        Map<String, Object> properties = Map.of(
                "osgi.command.scope",
                "tee",
                "osgi.command.function",
                commands.candidates().keySet().toArray(String[]::new));
        return bundle.registerService(Commands.class, commands, new Hashtable<>(properties));
    }

    @Deactivate
    void deactivate() {
        registrations.forEach(ServiceRegistration::unregister);
    }
}
