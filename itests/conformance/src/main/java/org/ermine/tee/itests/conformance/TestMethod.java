// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

/**
 * A test method, as sources and reports name it alike.
 *
 * @param className its binary name
 */
record TestMethod(String className, String name) {

    @Override
    public String toString() {
        return className.substring(className.lastIndexOf('.') + 1) + "." + name;
    }
}
