// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.testing.InMemoryTee;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;

/**
 * Prints how many frames of ours lie between who invokes a trusted object and that, and between that and the callback
 * object that it invokes. Started as a source, on the class path of the checkout that it looks at.
 */
public final class Frames {

    private static final int UID = 4711;

    private static final AtomicReference<List<String>> TRUSTED = new AtomicReference<>(List.of());
    private static final AtomicReference<List<String>> CALLED_BACK = new AtomicReference<>(List.of());

    private Frames() {}

    public static void main(String[] arguments) throws Exception {
        try (InMemoryTee tee = InMemoryTee.builder()
                        .with(new Service(), Map.of(TrustedService.UID, UID))
                        .start();
                TeeObject service = tee.openService(UID)) {
            service.invoke(0, new Arguments().in(ByteBuffer.allocate(64)).in(new Callback()));
        }
        print("invocation, to the trusted object", TRUSTED.get());
        print("callback, to the callback object", CALLED_BACK.get());
    }

    private static void print(String what, List<String> frames) {
        System.out.printf("| %s | %d | %d |%n", what, frames.size(), Set.copyOf(frames).size());
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
}
