// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

import java.util.List;
import java.util.Map;

/** What the driver asks of Ermine from inside the framework. A service. */
public interface Inspection {

    /** Contexts, objects and memory that are there, without those of the supplicant; one line each. */
    List<String> remains();

    /** The whole state, to look for what hangs. */
    String state();

    /** Sends one request to each slot; the first that is refused, null if none is. */
    String firstRefusal();

    /** Opens a context and forgets it. */
    void leakContext() throws Exception;

    /** Gives a component options, or takes them away if there are none. On return it has heard of it. */
    void configure(String pid, Map<String, Object> options) throws Exception;
}
