// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.example;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The client in the page for authors of applications. */
@Component(service = SumClient.class)
public class SumClient {

    private final TeeObject service;

    @Activate
    public SumClient(@Reference(name = "service", target = "(qtee.uid=5000)") TeeObject service) {
        this.service = service;
    }

    public int sum(int a, int b) throws TeeException {
        ByteBuffer words = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer sum = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        service.invoke(0, new Arguments().in(words.putInt(0, a).putInt(4, b)).out(sum));
        return sum.getInt(0);
    }
}
