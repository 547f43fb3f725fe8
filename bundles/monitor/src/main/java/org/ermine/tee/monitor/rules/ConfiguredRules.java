// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Dictionary;
import java.util.List;
import java.util.stream.Stream;
import org.ermine.tee.spi.policy.Permissions.Right;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The rules of permissions that Configuration Admin has, whether a bundle obeys them or not. */
@Component(service = RuleSource.class)
public final class ConfiguredRules implements RuleSource {

    private static final String PERMISSIONS = "(" + Constants.SERVICE_PID + "=org.ermine.tee.permissions)";

    private final ConfigurationAdmin configurations;

    @Activate
    public ConfiguredRules(@Reference(name = "configurations") ConfigurationAdmin configurations) {
        this.configurations = configurations;
    }

    @Override
    public List<String> options() {
        try {
            Configuration[] found = configurations.listConfigurations(PERMISSIONS);
            return found == null
                    ? List.of()
                    : Stream.of(found).flatMap(ConfiguredRules::options).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<String> options(Configuration configuration) {
        Dictionary<String, Object> properties = configuration.getProperties();
        return Stream.of(Right.values())
                .map(Right::option)
                .filter(option -> properties != null && properties.get(option) != null);
    }
}
