// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.testing.InMemoryTee;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;

/**
 * Prints how many frames of ours lie between whoever invokes a trusted object and that object, and between a worker and
 * what it calls: a callback object, a handler by name and a listener's handler. Started as a source, on the class path
 * of the checkout that it looks at.
 */
public final class Frames {

    private static final int UID = 4711;
    private static final String NAME = "frames";
    private static final int LISTENER = 0x4711;

    private static final AtomicReference<List<String>> TRUSTED = new AtomicReference<>(List.of());
    private static final AtomicReference<List<String>> CALLED_BACK = new AtomicReference<>(List.of());
    private static final AtomicReference<List<String>> ASKED = new AtomicReference<>(List.of());

    private Frames() {}

    public static void main(String[] arguments) throws Exception {
        try (InMemoryTee tee = InMemoryTee.builder()
                        .with(new Service(), Map.of(TrustedService.UID, UID))
                        .with(new Callback(), Map.of(CallbackObject.NAME, NAME))
                        .with(
                                new Handler(),
                                Map.of(ListenerHandler.ID, LISTENER, ListenerHandler.BUFFER_SIZE, Integer.BYTES))
                        .start();
                TeeContext context = tee.open();
                TeeObject service = tee.openService(UID)) {
            service.invoke(0, new Arguments().in(ByteBuffer.allocate(64)).in(new Callback()));
            print("invocation, to the trusted object", TRUSTED.get());
            print("callback, to the callback object", CALLED_BACK.get());
            tee.callBack(context.callback(NAME), 0, new Arguments());
            print("callback, to the handler of that name", CALLED_BACK.get());
            tee.request(LISTENER, ByteBuffer.allocate(Integer.BYTES));
            print("callback, to the handler of a listener", ASKED.get());
        }
    }

    private static void print(String what, List<String> frames) {
        System.out.printf(
                "| %s | %d | %d | %s |%n", what, frames.size(), Set.copyOf(frames).size(), bundles(frames));
    }

    /** The bundles in the order in which the way leads through them; a class of an API counts for its caller. */
    private static String bundles(List<String> frames) {
        Deque<String> bundles = new ArrayDeque<>();
        for (String frame : frames) {
            String bundle = frame.split("\\.")[3];
            if (!bundle.equals("spi") && !bundle.equals("embedded") && !bundle.equals(bundles.peek())) {
                bundles.push(bundle);
            }
        }
        return String.join(", ", bundles);
    }

    /** The classes of the frames of this thread that are Ermine's own, not those of this program or the kit. */
    private static List<String> frames() {
        return StackWalker.getInstance().walk(frames -> frames.map(StackWalker.StackFrame::getClassName)
                .filter(name -> name.startsWith("org.ermine.tee.") && !name.startsWith("org.ermine.tee.testing."))
                .collect(Collectors.toList()));
    }

    private static final class Service implements TrustedService {
        @Override
        public TrustedObject open(TrustedClient client) {
            return new Target();
        }
    }

    private static final class Target implements TrustedObject {
        @Override
        public void invoke(int op, IncomingArguments arguments) throws TeeException {
            TRUSTED.set(frames());
            ((NormalObject) arguments.inputObject(0)).invoke(0, new Arguments());
        }
    }

    private static final class Callback implements CallbackObject {
        @Override
        public void dispatch(int op, IncomingArguments arguments) {
            CALLED_BACK.set(frames());
        }
    }

    private static final class Handler implements ListenerHandler {
        @Override
        public void handle(ByteBuffer message) {
            ASKED.set(frames());
        }
    }
}
