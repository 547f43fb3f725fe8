// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.rules;

import java.util.List;

/** Knows which permissions an operator configured. This type also exists where Configuration Admin does not. */
public interface RuleSource {

    /** The options of permissions for which there are rules. */
    List<String> options();
}
