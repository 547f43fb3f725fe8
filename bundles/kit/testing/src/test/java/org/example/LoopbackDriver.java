// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.example;

import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeResult;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.spi.ContextHost;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.TeeDriver;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;
import org.osgi.service.component.annotations.Component;

/** The backend in the page for authors of backends: its root object returns what it is given. */
@Component(property = TeeDevice.DEVICE_NAME + "=loopback")
public class LoopbackDriver implements TeeDriver {

    @Override
    public TeeVersion version() {
        return new TeeVersion(TeeVersion.TRUSTED_SERVICES, 0, TeeVersion.OBJECTS, "1.0");
    }

    @Override
    public DriverContext open(ContextHost host) {
        return new Context();
    }

    private static final class Context implements DriverContext {

        @Override
        public int invoke(long object, int op, TeeParams params, long callbackNanos) {
            if (object != NULL || params.count() != 2) {
                return TeeResult.INVALID.code();
            }
            TeeParam input = params.get(0);
            TeeParam output = params.get(1);
            if (input.size() > output.size()) {
                return TeeResult.SIZE_OUT.code();
            }
            output.write(input.view(), 0, input.size());
            return TeeResult.OK.code();
        }

        @Override
        public void closeContext() {}
    }
}
