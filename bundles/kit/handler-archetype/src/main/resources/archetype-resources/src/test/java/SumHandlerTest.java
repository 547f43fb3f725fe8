package ${package};

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.testing.ErmineExtension;
import org.ermine.tee.testing.Fault;
import org.ermine.tee.testing.InMemoryTee;
import org.ermine.tee.testing.Point;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The handler, asked by an emulated QTEE in memory. */
class SumHandlerTest {

    @RegisterExtension
    static final ErmineExtension ERMINE = ErmineExtension.with(new SumHandler());

    private static ByteBuffer request(int command, int a, int b) {
        return ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(command)
                .putInt(a)
                .putInt(b)
                .flip();
    }

    @Test
    void addsTwoNumbers(InMemoryTee tee) throws TeeException {
        assertEquals(42, tee.request(0x4000, request(1, 40, 2)).getInt(4));
    }

    @Test
    void refusesUnknownCommands(InMemoryTee tee) {
        TeeException refused = assertThrows(TeeException.class, () -> tee.request(0x4000, request(2, 40, 2)));
        assertEquals(TeeResult.INVALID, refused.result());
    }

    @Test
    void answersAfterARequestWasLost(InMemoryTee tee) throws TeeException {
        tee.inject(Point.PROCESSING, Fault.drop());
        assertThrows(TeeException.class, () -> tee.request(0x4000, request(1, 40, 2), Duration.ofMillis(100)));
        assertEquals(42, tee.request(0x4000, request(1, 40, 2)).getInt(4));
    }
}
