package ${package};

import java.nio.ByteBuffer;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.trusted.QteeService;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;
import org.osgi.service.component.annotations.Component;

/** Adds numbers. Operation 0 takes any number of 32-bit words in one buffer, and answers with their sum. */
@Component
@QteeService(uid = 5000)
public class SumService implements TrustedService {

    @Override
    public TrustedObject open(TrustedClient client) {
        return SumService::invoke;
    }

    private static void invoke(int op, IncomingArguments arguments) throws TeeException {
        if (op != 0) {
            throw new TeeException(TeeResult.INVALID, "no operation " + op);
        }
        arguments.expect(1, 1, 0, 0);
        ByteBuffer words = arguments.input(0);
        if (words.remaining() % Integer.BYTES != 0) {
            throw new TeeException(TeeResult.SIZE_IN, words.remaining() + " bytes are no words");
        }
        if (arguments.output(0).remaining() < Integer.BYTES) {
            throw new TeeException(TeeResult.SIZE_OUT, "a sum has 4 bytes");
        }
        int sum = 0;
        while (words.hasRemaining()) {
            sum += words.getInt();
        }
        arguments.output(0).putInt(sum);
    }
}
