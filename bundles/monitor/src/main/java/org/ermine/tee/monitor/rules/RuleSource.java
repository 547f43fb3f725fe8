// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.rules;

import java.util.List;

/** Knows what an operator configured of permissions. Its type is known where Configuration Admin is not. */
public interface RuleSource {

    /** The options of permissions for which there are rules. */
    List<String> options();
}
