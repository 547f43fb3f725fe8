// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.example.hello;

import org.ermine.tee.TeeException;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.Diagnostics;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

@Component
public class Hello {
    @Activate
    public Hello(@Reference(name = "qtee") ClientEnv qtee) throws TeeException {
        try (Diagnostics diagnostics = Diagnostics.open(qtee)) {
            System.out.println("QTEE has " + diagnostics.queryHeapInfo().free() + " bytes free");
        }
    }
}
