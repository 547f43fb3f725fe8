// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.ops4j.pax.exam.CoreOptions.composite;

import javax.inject.Inject;
import org.junit.Before;
import org.junit.Rule;
import org.junit.rules.Timeout;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/**
 * A class of tests in a container of its own, with all of Ermine in it. Pax Exam and JUnit 4 look for what they need in
 * a test's class and in those that it extends, and nowhere else: hence a class to extend.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public abstract class ErmineContainer {

    @Rule
    public final Timeout timeout = Timeout.seconds(300);

    @Inject
    BundleContext context;

    InContainer container;

    @Configuration
    public final Option[] options() {
        return new Option[] {ErmineOptions.everything(), further()};
    }

    /** What a class of tests needs in the container beside Ermine. */
    Option further() {
        return composite();
    }

    /** Before the tests' own preparations. */
    @Before
    public final void enterContainer() {
        container = new InContainer(context);
    }
}
