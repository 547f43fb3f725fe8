// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.fakes;

/** Throws what the compiler would not let a method throw, as code in other languages of the JVM does. */
public final class Undeclared {

    private Undeclared() {}

    /** Throws it. Write {@code throw sneaky(thrown)}, so that the compiler knows that nothing follows. */
    public static RuntimeException sneaky(Throwable thrown) {
        return Undeclared.<RuntimeException>throwAs(thrown);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException throwAs(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
