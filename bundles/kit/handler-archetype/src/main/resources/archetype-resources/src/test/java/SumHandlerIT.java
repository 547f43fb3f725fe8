package ${package};

import static org.junit.Assert.assertEquals;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import java.io.File;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.inject.Inject;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.AppController;
import org.ermine.tee.mink.AppLoader;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.runtime.TeeRuntime;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.ops4j.pax.exam.util.Filter;
import org.osgi.framework.BundleContext;

/** The bundle in a framework: it is wired, and the handler is found. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SumHandlerIT {

    private static final String CALLER = "caller";

    @Inject
    private BundleContext bundle;

    @Inject
    private TeeRuntime runtime;

    @Inject
    @Filter("(tee.servesCallbacks=true)")
    private TeeContext tee;

    @Configuration
    public Option[] framework() {
        File[] bundles = new File(System.getProperty("framework.bundles")).listFiles();
        return new Option[] {
            systemProperty("org.ops4j.pax.logging.DefaultServiceLog.level").value("WARN"),
            systemProperty("pax.exam.osgi.unresolved.fail").value("true"),
            composite(Arrays.stream(bundles).map(SumHandlerIT::file).toArray(Option[]::new)),
            file(new File(System.getProperty("project.bundle")))
        };
    }

    private static Option file(File jar) {
        return bundle(jar.toURI().toString());
    }

    @Before
    public void awaitTheListener() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (Arrays.stream(runtime.snapshot().handlers).noneMatch(handler -> handler.devices.length > 0)) {
            if (System.nanoTime() > end) {
                throw new AssertionError(runtime.snapshot().toString());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** A trusted application that passes what it gets to listener 0x4000, and returns the answer. */
    private static TrustedObject caller(TrustedEnvironment environment) {
        return (op, arguments) -> {
            ByteBuffer message = ByteBuffer.allocate(12).put(arguments.input(0)).flip();
            environment.request(0x4000, message);
            arguments.output(0).put(message);
        };
    }

    @Test
    public void addsTwoNumbers() throws TeeException {
        TrustedApplication application = SumHandlerIT::caller;
        bundle.registerService(
                TrustedApplication.class, application, new Hashtable<>(Map.of(TrustedApplication.NAME, CALLER)));
        ByteBuffer message = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(0, 1).putInt(4, 40).putInt(8, 2);
        ByteBuffer answer = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);

        try (ClientEnv environment = ClientEnv.register(tee);
                AppLoader loader = AppLoader.open(environment);
                AppController controller = loader.loadEmbedded(CALLER);
                TeeObject caller = controller.appObject()) {
            caller.invoke(0, new Arguments().in(message).out(answer));
        }

        assertEquals(42, answer.getInt(4));
    }
}
