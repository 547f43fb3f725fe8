package ${package};

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.testing.ErmineExtension;
import org.ermine.tee.testing.InMemoryTee;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The service in an emulated QTEE in memory, invoked by a client. */
class SumServiceTest {

    @RegisterExtension
    static final ErmineExtension ERMINE = ErmineExtension.with(new SumService());

    @Test
    void addsNumbers(InMemoryTee tee) throws TeeException {
        byte[] sum = new byte[4];
        try (TeeObject service = tee.openService(5000)) {
            service.invoke(0, new Arguments().in(new byte[] {40, 0, 0, 0, 2, 0, 0, 0}).out(sum));
        }
        assertEquals(42, sum[0]);
    }

    @Test
    void refusesWhatAreNoWords(InMemoryTee tee) throws TeeException {
        try (TeeObject service = tee.openService(5000)) {
            TeeException refused = assertThrows(
                    TeeException.class, () -> service.invoke(0, new Arguments().in(new byte[3]).out(new byte[4])));
            assertEquals(TeeResult.SIZE_IN, refused.result());
        }
    }
}
