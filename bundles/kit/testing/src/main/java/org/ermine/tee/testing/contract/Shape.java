// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.contract;

import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.Arguments;
import org.ermine.tee.ObjectReference;

/** Numbers of arguments of each kind: buffers of a size, and NULL objects. */
record Shape(int inputs, int outputs, int inputObjects, int outputObjects, int size) {

    private static final int[] COUNTS = {0, 1, 3};
    private static final int[] SIZES = {0, 1, 100};

    /** Those with few arguments, and one with as many of a kind as a message can carry. */
    static List<Shape> all() {
        List<Shape> shapes = new ArrayList<>();
        for (int size : SIZES) {
            for (int buffers : COUNTS) {
                for (int objects : COUNTS) {
                    shapes.add(new Shape(buffers, 0, objects, 0, size));
                    shapes.add(new Shape(0, buffers, 0, objects, size));
                    shapes.add(new Shape(buffers, buffers, objects, objects, size));
                }
            }
        }
        shapes.add(new Shape(15, 15, 15, 15, 1));
        return shapes;
    }

    Arguments arguments() {
        Arguments arguments = new Arguments();
        for (int i = 0; i < inputs; i++) {
            arguments.in(new byte[size]);
        }
        for (int i = 0; i < outputs; i++) {
            arguments.out(new byte[size]);
        }
        for (int i = 0; i < inputObjects; i++) {
            arguments.in((ObjectReference) null);
        }
        for (int i = 0; i < outputObjects; i++) {
            arguments.outObject();
        }
        return arguments;
    }
}
