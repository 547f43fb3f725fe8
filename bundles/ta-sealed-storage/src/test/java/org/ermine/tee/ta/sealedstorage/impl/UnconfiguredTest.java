// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.ermine.tee.fakes.Fake;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerConfiguration;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerLimits;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerRules;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/** Which drawers are shared before the configuration comes. */
class UnconfiguredTest {

    private static final Map<String, Object> NONE = Map.of();
    private static final Map<String, Object> SOME = Map.of(Constants.SERVICE_PID, DrawerConfiguration.PID);

    private final SealedStorageApplication application = UsualApplication.create();

    private static BundleContext framework(String required) {
        return Fake.of(BundleContext.class, (self, method, arguments) -> {
            if (!method.getName().equals("getProperty")) {
                throw Fake.unsupported(method);
            }
            return SealedStorageApplication.REQUIRED.equals(arguments[0]) ? required : null;
        });
    }

    private DrawerRules rules() {
        return application.limits().rules();
    }

    @Test
    @DisplayName(
            "given a framework that requires permissions, when the configuration comes and goes, then only with it "
                    + "drawers are shared")
    void givenRequiredPermissionsThenDrawersAreSharedOnlyByAConfiguration() {
        application.activate(framework("true"), NONE);
        assertEquals(DrawerRules.NONE, rules());
        DrawerConfiguration usual = Fake.answering(DrawerConfiguration.class, Map.of());
        application.modified(usual, SOME);
        assertEquals(DrawerLimits.USUAL.rules(), rules());
        application.modified(usual, NONE);
        assertEquals(DrawerRules.NONE, rules());
        assertEquals(DrawerLimits.USUAL.maxObjects(), application.limits().maxObjects());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "a: ", ": common"})
    @DisplayName(
            "given a framework that requires permissions, when the first configuration has wrong rules, then no drawer "
                    + "is shared until one is right")
    void givenAFirstConfigurationThatIsRefusedThenNoDrawerIsShared(String wrong) {
        application.activate(framework("true"), NONE);
        application.modified(rules(wrong), SOME);
        assertEquals(DrawerRules.NONE, rules());
        application.modified(rules("a: b"), SOME);
        assertEquals(DrawerRules.parse("a: b"), rules());
        application.modified(rules(wrong), SOME);
        assertEquals(DrawerRules.parse("a: b"), rules(), "what was in force stays");
    }

    private static DrawerConfiguration rules(String rules) {
        return Fake.answering(DrawerConfiguration.class, Map.of("drawers", new String[] {rules}));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"false", " FALSE "})
    @DisplayName("given a framework that requires none, when there is no configuration, then the defaults hold")
    void givenNoRequirementThenTheDefaultsHold(String required) {
        application.activate(framework(required), NONE);
        assertEquals(DrawerLimits.USUAL.rules(), rules());
    }
}
