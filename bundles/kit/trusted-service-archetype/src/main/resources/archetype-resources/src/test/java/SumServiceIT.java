package ${package};

import static org.junit.Assert.assertEquals;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import java.io.File;
import java.util.Arrays;
import javax.inject.Inject;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.trusted.TrustedService;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.ops4j.pax.exam.util.Filter;

/** The bundle in a framework: it is wired, and clients find the service. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SumServiceIT {

    @Inject
    @Filter("(qtee.uid=5000)")
    private TrustedService deployed;

    @Inject
    @Filter("(tee.servesCallbacks=true)")
    private TeeContext tee;

    @Configuration
    public Option[] framework() {
        File[] bundles = new File(System.getProperty("framework.bundles")).listFiles();
        return new Option[] {
            systemProperty("org.ops4j.pax.logging.DefaultServiceLog.level").value("WARN"),
            systemProperty("pax.exam.osgi.unresolved.fail").value("true"),
            composite(Arrays.stream(bundles).map(SumServiceIT::file).toArray(Option[]::new)),
            file(new File(System.getProperty("project.bundle")))
        };
    }

    private static Option file(File jar) {
        return bundle(jar.toURI().toString());
    }

    @Test
    public void addsNumbers() throws TeeException {
        byte[] sum = new byte[4];
        try (ClientEnv environment = ClientEnv.register(tee);
                TeeObject service = environment.open(5000)) {
            service.invoke(0, new Arguments().in(new byte[] {40, 0, 0, 0, 2, 0, 0, 0}).out(sum));
        }
        assertEquals(42, sum[0]);
    }
}
