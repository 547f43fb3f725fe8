// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.testing.contract.ListenerHandlerContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class FileHandlerContractTest extends ListenerHandlerContract {

    @TempDir
    Path temp;

    private final List<FileHandler> handlers = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (FileHandler handler : handlers) {
            handler.deactivate();
        }
    }

    @Override
    protected ListenerHandler handler() {
        Path root = temp.resolve(Integer.toString(handlers.size()));
        FileHandler handler = TestRoots.handler(
                TestRoots.root(root.resolve("data"), false), TestRoots.root(root.resolve("persist"), true));
        handlers.add(handler);
        return handler;
    }

    @Override
    protected void putRequest(ByteBuffer message) {
        message.putInt(FileHandler.DATA_WRITE);
        message.put(4, "folder/file\0".getBytes(StandardCharsets.UTF_8));
        message.putInt(264, 100);
    }

    @Override
    protected void checkAnswer(ByteBuffer message) {
        assertEquals(0, message.getInt(4), "error number");
        assertEquals(100, message.getInt(8), "bytes written");
    }
}
