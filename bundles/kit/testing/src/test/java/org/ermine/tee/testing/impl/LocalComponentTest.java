// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** Components are wired as their descriptions say; what a description says that is not known is refused. */
class LocalComponentTest {

    private static final String TYPE = "<implementation class=\"" + Part.class.getName() + "\"/>";
    private static final String NEEDED = reference("Needed", "parameter=\"1\"");
    private static final String METHODS = " bind=\"bind\" unbind=\"unbind\" policy=\"dynamic\" ";

    /** What components did. */
    private static final List<String> EVENTS = new ArrayList<>();

    @TempDir
    Path data;

    private LocalFramework framework;
    private ComponentRuntime components;
    private LocalBundle bundle;

    /** What components refer to. */
    public interface Work extends Supplier<String> {}

    /** Options of a component. */
    public @interface Options {
        int number();

        String[] texts();

        long absent();
    }

    /** A component. */
    public static final class Part implements Supplier<String> {

        private final String options;

        public Part(BundleContext context, Work needed, Options options) {
            this.options = options.number() + " " + List.of(options.texts()) + " " + options.absent();
            EVENTS.add("new with " + needed.get() + " in " + context.getBundle().getSymbolicName());
        }

        /** This object is in no framework. */
        public Part(String ignoredLongAgo) {
            throw new AssertionError(ignoredLongAgo);
        }

        void activate(Map<String, Object> properties) {
            EVENTS.add("activated " + properties.get("component.name"));
        }

        void deactivate() {
            EVENTS.add("deactivated");
        }

        void bind(Work work, Map<String, Object> properties) {
            EVENTS.add("bound " + work.get() + " " + properties.get("kind"));
        }

        void updated(ServiceReference<Work> work) {
            EVENTS.add("updated " + work.getProperty("kind"));
        }

        void odd(int number) {
            EVENTS.add("odd " + number);
        }

        void unbind(Work work) {
            EVENTS.add("unbound " + work.get());
        }

        @Override
        public String get() {
            return options;
        }
    }

    @BeforeEach
    void forget() {
        EVENTS.clear();
        framework = new LocalFramework(data);
        components = new ComponentRuntime(framework, Map.of());
        bundle = framework.install("tested");
    }

    @AfterEach
    void nothingIsLeft() {
        bundle.stop();
        assertEquals(
                EVENTS.stream().filter(event -> event.startsWith("bound")).count(),
                EVENTS.stream().filter(event -> event.startsWith("unbound")).count(),
                "bound and unbound: " + EVENTS);
    }

    private static String reference(String name, String attributes) {
        return "<reference name=\"" + name + "\" interface=\"" + Work.class.getName() + "\" " + attributes + "/>";
    }

    private static ComponentDescription description(String attributes, String content) {
        String xml = "<component name=\"part\" activate=\"activate\" deactivate=\"deactivate\" init=\"3\" " + attributes
                + ">" + content + TYPE + "</component>";
        try {
            return ComponentDescription.of(
                    XmlElement.read(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)), "part.xml"));
        } catch (IOException e) {
            throw new IllegalArgumentException(xml, e);
        }
    }

    private LocalComponent start(String content, Map<String, Object> configured) {
        return components.start(bundle, description("", NEEDED + content), Part.class, configured);
    }

    private ServiceRegistration<Work> register(String name, int ranking, String kind) {
        return bundle.register(Work.class, () -> name, Map.of(Constants.SERVICE_RANKING, ranking, "kind", kind));
    }

    @ParameterizedTest
    @CsvSource({
        "factory=\"some\", ''",
        "configuration-policy=\"require\", ''",
        "enabled=\"false\", ''",
        "configuration-pid=\"one two\", ''",
        "'', <properties entry=\"some\"/>",
        "'', <factory-property name=\"some\" value=\"one\"/>",
        "'', <service scope=\"prototype\"/>",
        "'', <property name=\"some\" type=\"Double\" value=\"1\"/>",
        "'', <reference name=\"some\" interface=\"some\" field=\"works\"/>",
        "'', <reference name=\"some\" interface=\"some\" scope=\"bundle\"/>",
        "'', <reference name=\"some\" interface=\"some\" parameter=\"2\" cardinality=\"0..n\"/>",
        "'', <reference name=\"some\" interface=\"some\" parameter=\"2\" policy=\"dynamic\"/>",
        "'', <reference name=\"some\" interface=\"some\" bind=\"bind\" cardinality=\"1..n\" policy=\"dynamic\"/>",
        "'', <reference name=\"some\" interface=\"some\" bind=\"bind\" cardinality=\"0..n\"/>",
    })
    void givenADescriptionWithWhatIsNotKnownThenItIsRefusedByName(String attribute, String element) {
        IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> description(attribute, element));

        assertTrue(refused.getMessage().startsWith("part.xml: the TEE in memory does not know "), refused.getMessage());
        String named = attribute.isEmpty() ? "some" : attribute.substring(0, attribute.indexOf('='));
        assertTrue(refused.getMessage().contains(named) || element.startsWith("<"), refused.getMessage());
    }

    @Test
    void givenWhatItNeedsComesAndGoesThenSoDoesTheComponentWithItsService() {
        LocalComponent component = start(
                "<service><provide interface=\"java.util.function.Supplier\"/></service>"
                        + "<property name=\"number\" type=\"Integer\" value=\"7\"/><property "
                        + "name=\"texts\">a\nb</property>",
                Map.of("number", 8));
        assertEquals(List.of("part waits for its reference Needed to " + Work.class.getName()), component.missing());
        assertThrows(IllegalStateException.class, components::requireComplete);

        ServiceRegistration<Work> first = register("first", 0, "");
        ServiceRegistration<Work> better = register("better", 1, "");
        components.requireComplete();
        assertEquals("8 [a, b] 0", framework.service(Supplier.class, bundle).get());
        first.unregister();
        better.unregister();

        assertEquals(
                List.of(
                        "new with first in tested",
                        "activated part",
                        "deactivated",
                        "new with better in tested",
                        "activated part",
                        "deactivated"),
                EVENTS);
        assertThrows(IllegalStateException.class, () -> framework.service(Supplier.class, bundle));
    }

    @Test
    void givenAGreedyReferenceWhenABetterServiceComesThenAnotherComponentHasIt() {
        components.start(
                bundle,
                description("", reference("Needed", "parameter=\"1\" policy-option=\"greedy\"")),
                Part.class,
                Map.of());

        register("first", 0, "");
        register("better", 1, "");
        register("worse", -1, "");

        assertEquals(
                List.of(
                        "new with first in tested",
                        "activated part",
                        "deactivated",
                        "new with better in tested",
                        "activated part"),
                EVENTS);
    }

    @Test
    void givenAReferenceToSeveralThenItIsToldOfEachThatMatchesBeforeItIsActivated() {
        ServiceRegistration<Work> present = register("present", 0, "good");
        start(
                reference("Several", METHODS + "updated=\"updated\" cardinality=\"0..n\" target=\"(kind=good*)\""),
                Map.of());
        register("other", 0, "bad");
        ServiceRegistration<Work> late = register("late", 0, "good");
        late.setProperties(new java.util.Hashtable<>(Map.of("kind", "goodness")));
        late.setProperties(new java.util.Hashtable<>(Map.of("kind", "bad")));
        late.unregister();

        assertEquals(
                List.of(
                        "new with present in tested",
                        "bound present good",
                        "activated part",
                        "bound late good",
                        "updated goodness",
                        "unbound late"),
                EVENTS);
        EVENTS.clear();
        bundle.register(Runnable.class, () -> {}, Map.of());
        present.unregister();
        assertEquals(List.of("deactivated", "unbound present", "new with other in tested", "activated part"), EVENTS);
        EVENTS.clear();
    }

    @Test
    void givenAReferenceToTheBestThenItIsToldOfTheNextBeforeItLosesOne() {
        ServiceRegistration<Work> needed = register("needed", 100, "needed");
        start(
                reference(
                        "Best", METHODS + "cardinality=\"0..1\" policy-option=\"greedy\" target=\"(!(kind=needed))\""),
                Map.of());
        EVENTS.clear();

        register("first", 0, "a");
        ServiceRegistration<Work> better = register("better", 1, "b");
        register("worse", -1, "c");
        better.unregister();

        assertEquals(
                List.of("bound first a", "bound better b", "unbound first", "bound first a", "unbound better"), EVENTS);
        needed.unregister();
    }

    @Test
    void givenAReluctantReferenceToTheBestThenItKeepsWhatItHas() {
        register("needed", 100, "needed");
        start(reference("Best", METHODS + "cardinality=\"0..1\" target=\"(!(kind=needed))\""), Map.of());
        EVENTS.clear();

        register("first", 0, "a");
        register("better", 1, "b");

        assertEquals(List.of("bound first a"), EVENTS);
    }

    @ParameterizedTest
    @CsvSource({"reluctant", "greedy"})
    void givenSeveralAreThereWhenAComponentWithAReferenceToTheBestStartsThenItIsToldOfThatAlone(String option) {
        register("first", 0, "a");
        register("better", 1, "b");
        register("needed", 100, "needed");
        start(
                reference(
                        "Best",
                        METHODS + "cardinality=\"0..1\" target=\"(!(kind=needed))\" policy-option=\"" + option + "\""),
                Map.of());

        assertEquals(List.of("new with needed in tested", "bound better b", "activated part"), EVENTS);
    }

    @ParameterizedTest
    @CsvSource({"absent, 0 methods absent", "odd, the parameter int"})
    void givenAMethodThatCannotBeCalledThenTheComponentIsRefused(String method, String named) {
        String reference = reference("Best", "policy=\"dynamic\" cardinality=\"0..1\" bind=\"" + method + "\"");
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> start(reference, Map.of()));

        assertTrue(refused.getMessage().contains(named), refused.getMessage());
    }

    @Test
    void givenABundleThatIsNotOnTheClassPathThenItIsNamed() {
        IllegalStateException absent =
                assertThrows(IllegalStateException.class, () -> components.start("org.example.absent"));

        assertTrue(absent.getMessage().contains("org.example.absent"), absent.getMessage());
    }
}
