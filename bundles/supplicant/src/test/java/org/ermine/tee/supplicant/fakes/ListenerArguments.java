// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.fakes;

import org.ermine.tee.fakes.DirectArguments;

/** What QTEE sends with a request to a listener: room for four offsets, for their width, and for four objects. */
public final class ListenerArguments {

    private static final int OFFSETS_SIZE = 16;
    private static final int WIDTH_SIZE = 4;

    private ListenerArguments() {}

    public static DirectArguments request() {
        return request(OFFSETS_SIZE, WIDTH_SIZE);
    }

    public static DirectArguments request(int offsetsSize, int widthSize) {
        return addTo(new DirectArguments(), offsetsSize, widthSize);
    }

    /** The arguments of a request as they should be, in these. */
    public static DirectArguments addTo(DirectArguments arguments) {
        return addTo(arguments, OFFSETS_SIZE, WIDTH_SIZE);
    }

    private static DirectArguments addTo(DirectArguments arguments, int offsetsSize, int widthSize) {
        return withObjects(arguments.out(offsetsSize).out(widthSize));
    }

    /** With room for the objects only, to which a test adds buffers. */
    public static DirectArguments withObjects(DirectArguments arguments) {
        return arguments.outObject().outObject().outObject().outObject();
    }
}
