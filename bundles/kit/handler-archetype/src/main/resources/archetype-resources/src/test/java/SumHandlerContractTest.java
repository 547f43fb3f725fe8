package ${package};

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.testing.contract.ListenerHandlerContract;

/** What every handler has to stand: bad commands, junk, many callers, being replaced. */
class SumHandlerContractTest extends ListenerHandlerContract {

    @Override
    protected ListenerHandler handler() {
        return new SumHandler();
    }

    @Override
    protected void putRequest(ByteBuffer message) {
        message.putInt(1).putInt(40).putInt(2);
    }

    @Override
    protected void checkAnswer(ByteBuffer message) {
        assertEquals(42, message.getInt(4));
    }
}
