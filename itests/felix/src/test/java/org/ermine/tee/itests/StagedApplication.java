// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.ermine.tee.Arguments;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/**
 * A trusted application that invokes the callback object it is given and answers with one more. Before and after, it
 * tells the {@link Stage} where the invocation of which client is.
 */
final class StagedApplication implements TrustedApplication {

    private static final String NAME_OF_IT = "org.example.staged";

    private final Stage stage;

    private StagedApplication(Stage stage) {
        this.stage = stage;
    }

    static ServiceRegistration<TrustedApplication> register(BundleContext context, Stage stage) {
        return context.registerService(
                TrustedApplication.class,
                new StagedApplication(stage),
                FrameworkUtil.asDictionary(Map.of(TrustedApplication.NAME, NAME_OF_IT)));
    }

    @Override
    public TrustedObject start(TrustedEnvironment environment) {
        return (op, arguments) -> callBack(arguments);
    }

    private void callBack(IncomingArguments arguments) throws TeeException {
        String invocation = StandardCharsets.UTF_8.decode(arguments.input(0)).toString();
        stage.apply(invocation + ".world");
        Arguments call = new Arguments().out(new byte[4]);
        ((NormalObject) arguments.inputObject(0)).invoke(0, call);
        stage.apply(invocation + ".answered");
        arguments.output(0).putInt((call.bytes(0).get() & 0xff) + 1);
    }
}
