// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.ermine.tee.fakes.Fake;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

class ConfiguredRulesTest {

    private static ConfigurationAdmin admin(Configuration... found) {
        return Fake.of(ConfigurationAdmin.class, (self, method, arguments) -> {
            assertEquals("listConfigurations", method.getName());
            assertEquals("(service.pid=org.ermine.tee.permissions)", arguments[0]);
            return found.length == 0 ? null : found;
        });
    }

    private static Configuration configuration(Map<String, Object> properties) {
        return Fake.answering(
                Configuration.class,
                Collections.singletonMap("getProperties", properties == null ? null : new Hashtable<>(properties)));
    }

    @Test
    void givenAConfigurationThenItsRulesAreFoundAndNothingElseOfIt() {
        Configuration file = configuration(Map.of(
                "service.pid", "org.ermine.tee.permissions",
                "felix.fileinstall.filename", "org.ermine.tee.permissions.cfg",
                "devices", "com.example.*: *",
                "trusted", new String[0],
                "authorities", "00"));
        assertEquals(List.of("devices", "trusted"), new ConfiguredRules(admin(file)).options());
    }

    @Test
    void givenNoConfigurationOrOneWithoutRulesThenNoneAreFound() {
        assertEquals(List.of(), new ConfiguredRules(admin()).options());
        assertEquals(List.of(), new ConfiguredRules(admin(configuration(null))).options());
        assertEquals(
                List.of(),
                new ConfiguredRules(admin(configuration(Map.of("service.pid", "org.ermine.tee.permissions"))))
                        .options());
    }
}
