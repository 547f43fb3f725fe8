// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink.impl;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import org.ermine.tee.ArgumentAccess;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClientOpeningTest {

    @Test
    @DisplayName("given a client that opens an application, then it stays connected to it, and all else is closed")
    void applicationStaysConnected() throws TeeException {
        TeeObject app = mock(TeeObject.class);
        TeeObject controller = returning(app);
        TeeObject loader = returning(controller);
        TeeObject environment = returning(loader);
        TeeObject root = returning(environment);
        TeeContext context = mock(TeeContext.class);
        when(context.root()).thenReturn(root);

        ClientOpening.Result<TeeObject> opened =
                ClientOpening.application("keys").way().open(context);

        assertSame(app, opened.object());
        assertNotNull(opened.kept(), "what stays open is a leak if nobody refers to it");
        verify(controller, never()).close();
        verify(loader).close();
        verify(environment).close();
    }

    /** An object that returns this one, whatever it is asked. */
    private static TeeObject returning(TeeObject result) throws TeeException {
        TeeObject object = mock(TeeObject.class);
        doAnswer(call -> {
                    Arguments arguments = call.getArgument(1);
                    ArgumentAccess.returned(arguments, arguments.count() - 1, result);
                    return null;
                })
                .when(object)
                .invoke(anyInt(), any());
        return object;
    }
}
