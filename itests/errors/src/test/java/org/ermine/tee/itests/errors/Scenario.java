// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.errors;

/**
 * What a client does with a TEE, and what is counted of it. Implemented beside the classes under test, in their class
 * loader.
 */
public interface Scenario extends AutoCloseable {

    /** Does it once. Whatever it throws, the client has given back by itself what it had got before. */
    void run() throws Exception;

    /** All that is counted of what is held. */
    String books();

    /** Whether nothing goes on by itself any more. */
    boolean isAtRest();

    /** Closes the client's context. */
    void end();

    /** Whether nothing refers to that context any more. */
    boolean isOver();

    @Override
    void close();
}
