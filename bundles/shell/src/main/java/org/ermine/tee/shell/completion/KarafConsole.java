// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.completion;

import java.util.List;
import org.ermine.tee.shell.command.Commands;
import org.osgi.service.component.AnyService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has Karaf's console complete our commands, while it is there. A new instance for each change among them. */
@Component(
        service = {},
        immediate = true)
public final class KarafConsole {

    private static final Logger LOG = LoggerFactory.getLogger(KarafConsole.class);

    private final AutoCloseable completion;

    /** @param console null if there is none */
    @Activate
    public KarafConsole(
            @Reference(
                            name = "console",
                            service = AnyService.class,
                            target = "(objectClass=org.apache.karaf.shell.api.console.SessionFactory)",
                            cardinality = ReferenceCardinality.OPTIONAL,
                            policyOption = ReferencePolicyOption.GREEDY)
                    Object console,
            @Reference(name = "commands", policyOption = ReferencePolicyOption.GREEDY) List<Commands> commands) {
        completion = console == null ? () -> {} : complete(console, commands);
    }

    /** Nothing if this bundle was resolved when there was no Karaf: only a refresh lets it have the packages. */
    private static AutoCloseable complete(Object console, List<Commands> commands) {
        try {
            return KarafCompletion.register(console, commands);
        } catch (NoClassDefFoundError e) {
            LOG.info("Completion needs a refresh of the shell, which was resolved without: {}", e.getMessage());
            return () -> {};
        }
    }

    @Deactivate
    void deactivate() throws Exception {
        completion.close();
    }
}
