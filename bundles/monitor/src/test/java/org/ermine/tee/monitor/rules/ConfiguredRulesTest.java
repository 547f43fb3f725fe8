// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

class ConfiguredRulesTest {

    private static ConfigurationAdmin admin(Configuration... found) {
        return proxy(ConfigurationAdmin.class, "listConfigurations", found.length == 0 ? null : found);
    }

    private static Configuration configuration(Map<String, Object> properties) {
        return proxy(Configuration.class, "getProperties", properties == null ? null : new Hashtable<>(properties));
    }

    /** Answers to one method. */
    private static <T> T proxy(Class<T> type, String name, Object answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            if (!method.getName().equals(name)) {
                throw new UnsupportedOperationException(method.toString());
            }
            if (name.equals("listConfigurations")) {
                assertEquals("(service.pid=org.ermine.tee.permissions)", args[0]);
            }
            return answer;
        }));
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
