// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.console.impl;

import java.util.OptionalInt;

/** What the console's thread does. */
interface Task {

    /** Runs until it is done. The exit code with which the framework ends; empty if it is not to end. */
    OptionalInt run();

    /** Lets {@link #run} return when the calling thread interrupts its thread next. */
    void stop();
}
