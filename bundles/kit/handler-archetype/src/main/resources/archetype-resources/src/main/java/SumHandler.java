package ${package};

import java.nio.ByteBuffer;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.TeeListener;
import org.osgi.service.component.annotations.Component;

/** Adds two numbers for the secure world. A request is {1, a, b}; the answer is {1, a + b}. */
@Component
@TeeListener(id = 0x4000, bufferSize = 4096)
public class SumHandler implements ListenerHandler {

    @Override
    public void handle(ByteBuffer message) throws TeeException {
        if (message.getInt(0) != 1) {
            throw new TeeException(TeeResult.INVALID, "no command " + message.getInt(0));
        }
        message.putInt(4, message.getInt(4) + message.getInt(8));
    }
}
