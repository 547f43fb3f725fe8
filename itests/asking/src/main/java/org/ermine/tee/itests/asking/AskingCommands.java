// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.asking;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.felix.service.command.CommandSession;
import org.ermine.tee.Arguments;
import org.ermine.tee.RequireTee;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.mink.AppController;
import org.ermine.tee.mink.AppLoader;
import org.ermine.tee.mink.ClientEnv;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Shows whether who was deployed answers. Messages are 32-bit words, and so are answers.
 *
 * <pre>
 * ask:listener 0x4000 1 40 2    as the secure world asks a handler
 * ask:service 5000 0 40 2       as a client invokes operation 0 of a trusted service
 * </pre>
 */
@Component(
        service = AskingCommands.class,
        property = {"osgi.command.scope=ask", "osgi.command.function=listener", "osgi.command.function=service"})
@RequireTee
public final class AskingCommands {

    private final TeeContext tee;

    @Activate
    public AskingCommands(@Reference(target = "(tee.servesCallbacks=true)") TeeContext tee) {
        this.tee = tee;
    }

    /** Prints the answer, which is as long as the message. */
    public void listener(CommandSession session, String listener, String[] words) throws TeeException {
        ByteBuffer request = words(words.length + 1).putInt(Integer.decode(listener));
        ByteBuffer answer = words(words.length);
        try (ClientEnv environment = ClientEnv.register(tee);
                AppLoader loader = AppLoader.open(environment);
                AppController controller = loader.loadEmbedded(Relay.NAME);
                TeeObject relay = controller.appObject()) {
            relay.invoke(0, new Arguments().in(put(request, words)).out(answer));
        }
        print(session, answer);
    }

    /** Prints the answer, which is one word. */
    public void service(CommandSession session, String uid, String op, String[] words) throws TeeException {
        ByteBuffer answer = words(1);
        try (ClientEnv environment = ClientEnv.register(tee);
                TeeObject service = environment.open(Integer.decode(uid))) {
            Arguments arguments = new Arguments().in(put(words(words.length), words));
            service.invoke(Integer.decode(op), arguments.out(answer));
        }
        print(session, answer);
    }

    private static ByteBuffer words(int count) {
        return ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer put(ByteBuffer message, String[] words) {
        for (String word : words) {
            message.putInt(Integer.decode(word));
        }
        return message.flip();
    }

    private static void print(CommandSession session, ByteBuffer answer) {
        session.getConsole()
                .println(IntStream.range(0, answer.capacity() / Integer.BYTES)
                        .mapToObj(i -> Integer.toString(answer.getInt(i * Integer.BYTES)))
                        .collect(Collectors.joining(" ", "answer ", "")));
    }
}
