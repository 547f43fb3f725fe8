// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.example.hello;

import org.ermine.tee.RequireTee;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.Diagnostics;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

@RequireTee
@Component
public class Hello {
    @Activate
    public Hello(@Reference TeeContext tee) throws TeeException {
        try (ClientEnv env = ClientEnv.register(tee);
                Diagnostics qtee = Diagnostics.open(env)) {
            System.out.println("QTEE has " + qtee.queryHeapInfo().free() + " bytes free");
        }
    }
}
