// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;

/** QTEE's {@code IAppController}: a client's hold on a loaded TA. */
public final class AppController implements AutoCloseable {

    public static final int OP_OPEN_SESSION = 0;
    public static final int OP_UNLOAD = 1;
    public static final int OP_GET_APP_OBJECT = 2;
    public static final int OP_INSTALL_CBO = 3;
    public static final int OP_DISCONNECT = 4;
    public static final int OP_RESTART = 5;

    public static final int ERROR_APP_UNLOADED = 12;
    public static final int ERROR_APP_IN_USE = 13;
    public static final int ERROR_NOT_SUPPORTED = 14;

    private final TeeObject object;

    AppController(TeeObject object) {
        this.object = object;
    }

    /** The TA's application object. The caller closes it. */
    public TeeObject appObject() throws TeeException {
        Arguments arguments = new Arguments().outObject();
        object.invoke(OP_GET_APP_OBJECT, arguments);
        return arguments.teeObject(0);
    }

    /** Unloads the TA. */
    public void unload() throws TeeException {
        object.invoke(OP_UNLOAD, new Arguments());
    }

    @Override
    public void close() {
        object.close();
    }
}
