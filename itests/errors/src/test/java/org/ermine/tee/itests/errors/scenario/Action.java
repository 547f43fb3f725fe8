// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.errors.scenario;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;

/** What a client does. Whatever breaks it off, it closes what it has got. */
enum Action {
    BUFFERS {
        @Override
        void run(Client client) throws Exception {
            client.target()
                    .invoke(Service.ECHO, new Arguments().in(new byte[16]).out(new byte[16]));
            client.target()
                    .invoke(
                            Service.ECHO,
                            new Arguments().in(ByteBuffer.allocateDirect(9000)).out(new byte[9000]),
                            Duration.ofMinutes(1));
        }
    },
    OBJECT_OUT {
        @Override
        void run(Client client) throws Exception {
            Arguments arguments = new Arguments().outObject();
            client.target().invoke(Service.NEW_OBJECT, arguments);
            Client.close(arguments.teeObject(0));
        }
    },
    OBJECT_THERE_AND_BACK {
        @Override
        void run(Client client) throws Exception {
            Arguments fresh = new Arguments().outObject();
            client.target().invoke(Service.NEW_OBJECT, fresh);
            TeeObject object = fresh.teeObject(0);
            try {
                Arguments both = new Arguments().in(object).outObject();
                client.target().invoke(Service.RETURN, both);
                Client.close(both.teeObject(1));
            } finally {
                Client.close(object);
            }
        }
    },
    MEMORY {
        @Override
        void run(Client client) throws Exception {
            SharedMemory memory = client.context().allocate(8192);
            try {
                memory.buffer().putInt(0, 1);
                client.target().invoke(Service.MAP, new Arguments().in(memory));
            } finally {
                Client.close(memory);
            }
        }
    },
    REGISTERED_MEMORY_THERE_AND_BACK {
        @Override
        void run(Client client) throws Exception {
            SharedMemory memory = client.context().register(ByteBuffer.allocateDirect(4096));
            try {
                Arguments both = new Arguments().in(memory).outObject();
                client.target().invoke(Service.RETURN, both);
                Client.close((SharedMemory) both.object(1));
            } finally {
                Client.close(memory);
            }
        }
    },
    CALLBACK {
        @Override
        void run(Client client) throws Exception {
            CallbackObject object = (op, arguments) -> arguments.output(0).put(arguments.input(0));
            client.target().invoke(Service.CALL_BACK, new Arguments().in(object));
        }
    },
    NESTED_CALLBACKS {
        @Override
        void run(Client client) throws Exception {
            CallbackObject inner = (op, arguments) -> arguments.output(0).putInt(op);
            CallbackObject middle = (op, arguments) -> {
                client.target().invoke(Service.CALL_BACK, new Arguments().in(inner));
                arguments.output(0).putInt(1);
            };
            CallbackObject outer =
                    (op, arguments) -> client.target().invoke(Service.CALL_BACK, new Arguments().in(middle));
            client.target().invoke(Service.CALL_BACK, new Arguments().in(outer));
        }
    },
    CALLBACK_RETURNS_CALLBACK {
        @Override
        void run(Client client) throws Exception {
            CallbackObject returned = (op, arguments) -> arguments.output(0).putInt(op);
            exchange(client, returned);
        }
    },
    CALLBACK_RETURNS_MEMORY {
        @Override
        void run(Client client) throws Exception {
            SharedMemory memory = client.context().allocate(4096);
            try {
                exchange(client, memory);
            } finally {
                Client.close(memory);
            }
        }
    },
    CALLBACK_RETURNS_WHAT_IT_GETS {
        @Override
        void run(Client client) throws Exception {
            CallbackObject object = (op, arguments) -> arguments.outputObject(0, arguments.inputObject(0));
            client.target().invoke(Service.EXCHANGE, new Arguments().in(object));
        }
    },
    RELEASED_LATER {
        @Override
        void run(Client client) throws Exception {
            try {
                CallbackObject object = (op, arguments) -> arguments.output(0).putInt(op);
                client.target().invoke(Service.KEEP, new Arguments().in(object));
                CallbackObject next = (op, arguments) -> arguments.output(0).putInt(op);
                client.target().invoke(Service.KEEP, new Arguments().in(next));
            } finally {
                letGo(client);
            }
        }
    },
    CLIENT_LEAVES {
        @Override
        void run(Client client) throws Exception {
            CallbackObject slow = (op, arguments) -> {
                while (!arguments.isAbandoned()) {
                    LockSupport.parkNanos(LOOK_NANOS);
                }
            };
            try {
                client.target().invoke(Service.CALL_BACK, new Arguments().in(slow), Duration.ofMillis(1));
            } catch (TeeException e) {
                // The time is over, or there was no memory.
            }
        }
    },
    CONTEXT {
        @Override
        void run(Client client) throws Exception {
            TeeContext context = client.context().device().open();
            try {
                Client.close(context.allocate(4096));
                context.allocate(4096);
            } finally {
                Client.close(context);
            }
        }
    },
    LISTENER {
        @Override
        void run(Client client) throws Exception {
            client.tee().request(Listener.ID, ByteBuffer.allocate(8));
        }
    };

    private static final long LOOK_NANOS = 100_000;

    abstract void run(Client client) throws Exception;

    private static void exchange(Client client, ObjectReference returned) throws Exception {
        CallbackObject object = (op, arguments) -> arguments.outputObject(0, returned);
        client.target().invoke(Service.EXCHANGE, new Arguments().in(object));
    }

    private static void letGo(Client client) throws Exception {
        try {
            client.target().invoke(Service.LET_GO, new Arguments());
        } catch (OutOfMemoryError e) {
            client.target().invoke(Service.LET_GO, new Arguments());
            throw e;
        }
    }
}
