// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.TeeRuntime;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a JUnit test a TEE in memory: one for all tests of a class, where it is a static field, or one for each test.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final ErmineExtension ermine = ErmineExtension.with(new MyHandler());
 *
 * @Test
 * void answers(InMemoryTee tee) throws TeeException {
 *     assertEquals(7, tee.request(0x4000, message).getInt(4));
 * }
 * }</pre>
 *
 * <p>Test methods get an {@link InMemoryTee}, a {@link TeeDevice}, a {@link TeeRuntime} and {@link TeeContext}s as
 * parameters. Contexts are closed, and {@link Fault}s end, after each test.
 */
public final class ErmineExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {

    private static final Set<Class<?>> PARAMETERS =
            Set.of(InMemoryTee.class, TeeDevice.class, TeeRuntime.class, TeeContext.class);

    private final InMemoryTee.Builder builder;
    private final Queue<TeeContext> contexts = new ConcurrentLinkedQueue<>();
    private volatile InMemoryTee tee;
    /** Whether the TEE is there for all tests of the class. */
    private boolean shared;

    /** A TEE with the defaults, for {@code @ExtendWith}: one for all tests of a class. */
    public ErmineExtension() {
        this(InMemoryTee.builder());
    }

    private ErmineExtension(InMemoryTee.Builder builder) {
        this.builder = builder;
    }

    /** A TEE that is told in detail what it consists of. */
    public static ErmineExtension of(InMemoryTee.Builder builder) {
        return new ErmineExtension(builder);
    }

    /**
     * A TEE with these services: handlers, callback objects, trusted services and applications that declare their
     * properties.
     */
    public static ErmineExtension with(Object... services) {
        InMemoryTee.Builder builder = InMemoryTee.builder();
        for (Object service : services) {
            builder.with(service);
        }
        return new ErmineExtension(builder);
    }

    /** A TEE with one service, and properties on top of those that its class declares. */
    public static ErmineExtension with(Object service, Map<String, ?> properties) {
        return new ErmineExtension(InMemoryTee.builder().with(service, properties));
    }

    /**
     * The TEE.
     *
     * @throws IllegalStateException outside of tests
     */
    public InMemoryTee tee() {
        InMemoryTee present = tee;
        if (present == null) {
            throw new IllegalStateException("the TEE is there only while a test runs");
        }
        return present;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (tee == null) {
            tee = builder.start();
            shared = true;
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (tee == null) {
            tee = builder.start();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        tee().clearFaults();
        closeContexts();
        if (!shared) {
            closeTee();
        }
    }

    /** For a nested class too, whose TEE is that of the class around it. */
    @Override
    public void afterAll(ExtensionContext context) {
        boolean nested =
                context.getParent().flatMap(ExtensionContext::getTestClass).isPresent();
        if (tee != null && !nested) {
            closeContexts();
            closeTee();
        }
    }

    private void closeContexts() {
        for (TeeContext open = contexts.poll(); open != null; open = contexts.poll()) {
            open.close();
        }
    }

    private void closeTee() {
        InMemoryTee gone = tee;
        tee = null;
        gone.close();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return PARAMETERS.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == InMemoryTee.class) {
            return tee();
        }
        if (type == TeeDevice.class) {
            return tee().device();
        }
        return type == TeeRuntime.class ? tee().runtime() : openContext();
    }

    private TeeContext openContext() {
        try {
            TeeContext opened = tee().open();
            contexts.add(opened);
            return opened;
        } catch (TeeException e) {
            throw new ParameterResolutionException("no context: " + e.getMessage(), e);
        }
    }
}
