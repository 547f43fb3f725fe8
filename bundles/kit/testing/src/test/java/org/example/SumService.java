// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.example;

import org.ermine.tee.trusted.QteeService;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;
import org.osgi.service.component.annotations.Component;

/** The trusted service in the page for authors of the trusted side. */
@Component
@QteeService(uid = 5000)
public final class SumService implements TrustedService {
    @Override
    public TrustedObject open(TrustedClient client) {
        return (op, arguments) -> {
            arguments.expect(1, 1, 0, 0);
            arguments
                    .output(0)
                    .putInt(arguments.input(0).getInt(0) + arguments.input(0).getInt(4));
        };
    }
}
