// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.ermine.tee.ArgumentAccess;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class AppLoaderTest {

    private static final int LOADED = 0;

    private final List<Integer> operations = new ArrayList<>();
    /** Closed by another client in the course of the next operation, if there is one. */
    private AppLoader closing;

    @Test
    void givenATaThatIsNotLoadedThenItIsLoaded() throws TeeException {
        loader(LOADED).connectOrLoadEmbedded("ta").close();

        assertEquals(List.of(AppLoader.OP_LOAD_EMBEDDED), operations);
    }

    @Test
    void givenATaThatIsLoadedThenItIsConnectedTo() throws TeeException {
        loader(AppLoader.ERROR_ALREADY_LOADED, LOADED)
                .connectOrLoadEmbedded("ta")
                .close();

        assertEquals(List.of(AppLoader.OP_LOAD_EMBEDDED, AppLoader.OP_CONNECT), operations);
    }

    @Test
    void givenATaThatIsUnloadedBetweenTheTwoThenItIsLoadedAgain() throws TeeException {
        loader(AppLoader.ERROR_ALREADY_LOADED, AppLoader.ERROR_APP_NOT_LOADED, LOADED)
                .connectOrLoadEmbedded("ta")
                .close();

        assertEquals(List.of(AppLoader.OP_LOAD_EMBEDDED, AppLoader.OP_CONNECT, AppLoader.OP_LOAD_EMBEDDED), operations);
    }

    @Test
    void givenATaThatIsUnloadedManyTimesBetweenTheTwoThenItIsLoadedInTheEnd() throws TeeException {
        int[] results = new int[31];
        for (int i = 0; i < 30; i += 2) {
            results[i] = AppLoader.ERROR_ALREADY_LOADED;
            results[i + 1] = AppLoader.ERROR_APP_NOT_LOADED;
        }
        results[30] = LOADED;

        loader(results).connectOrLoadEmbedded("ta").close();

        assertEquals(31, operations.size());
    }

    @Test
    void givenAnInterruptedThreadAndATaThatIsBeingUnloadedThenItDoesNotWait() throws TeeException {
        AppLoader loader = loader(AppLoader.ERROR_ALREADY_LOADED, AppLoader.ERROR_APP_NOT_LOADED);
        Thread.currentThread().interrupt();

        TeeException failure = assertThrows(TeeException.class, () -> loader.connectOrLoadEmbedded("ta"));

        assertTrue(Thread.interrupted(), "the interrupt is kept");
        assertEquals(AppLoader.ERROR_APP_NOT_LOADED, failure.result().code());
        assertEquals(2, operations.size());
    }

    @Test
    void givenATaThatIsBeingUnloadedWhenTheLoaderIsClosedThenNobodyWaitsAnyMore() throws TeeException {
        AppLoader loader = loader(AppLoader.ERROR_ALREADY_LOADED, AppLoader.ERROR_APP_NOT_LOADED);
        closing = loader;

        TeeException failure = assertThrows(TeeException.class, () -> loader.connectOrLoadEmbedded("ta"));

        assertEquals(AppLoader.ERROR_APP_NOT_LOADED, failure.result().code());
        assertEquals(2, operations.size());
    }

    @Test
    void givenATaThatDoesNotExistThenItFailsAtOnce() throws TeeException {
        AppLoader loader = loader(AppLoader.ERROR_EMBEDDED_IMAGE_NOT_FOUND);

        TeeException failure = assertThrows(TeeException.class, () -> loader.connectOrLoadEmbedded("ta"));

        assertEquals(AppLoader.ERROR_EMBEDDED_IMAGE_NOT_FOUND, failure.result().code());
        assertEquals(1, operations.size());
    }

    /** A loader whose operations have these results, one after another. */
    private AppLoader loader(int... results) throws TeeException {
        Iterator<Integer> next = Arrays.stream(results).iterator();
        ClientEnv environment = FakeQtee.offering((op, arguments) -> {
            operations.add(op);
            int result = next.next();
            if (op == AppLoader.OP_CONNECT && closing != null) {
                closing.close();
            }
            if (result != LOADED) {
                throw new TeeException(TeeResult.of(result), "operation " + op);
            }
            ArgumentAccess.returned(arguments, 1, FakeQtee.object((none, nothing) -> {}));
        });
        return AppLoader.open(environment);
    }
}
