// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.TeeListener;
import org.ermine.tee.supplicant.gpfs.disk.Disk;
import org.ermine.tee.supplicant.gpfs.disk.FileErrno;
import org.ermine.tee.supplicant.gpfs.disk.FileName;
import org.ermine.tee.supplicant.gpfs.disk.RefusedException;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps files for the TEE, as QTEE's GP file listener: takes the message apart, refuses what does not fit and leaves
 * the rest to one of two {@link Root}s. The package's documentation has the messages and error numbers.
 */
@Component(service = ListenerHandler.class)
@TeeListener(id = 0x7000, bufferSize = 504 * 1024)
public final class FileHandler implements ListenerHandler {

    /** The name of the listener, as lists of handlers show it. */
    static final String LISTENER = "0x7000";

    static final int DATA_READ = 4;
    static final int DATA_WRITE = 5;
    static final int DATA_REMOVE = 6;
    static final int DATA_RENAME = 7;
    static final int PERSIST_READ = 8;
    static final int PERSIST_WRITE = 9;
    static final int PERSIST_REMOVE = 10;
    static final int PERSIST_RENAME = 11;
    static final int VERSION = 12;

    static final int MAX_CONTENT = 500 * 1024;

    private static final int FORMAT_VERSION = 2;
    private static final int UNKNOWN_COMMAND = -1;

    private static final int NAME = 4;
    private static final int NEW_NAME = NAME + FileName.FIELD_SIZE;
    private static final int OFFSET = NAME + FileName.FIELD_SIZE;
    private static final int COUNT = OFFSET + 4;
    private static final int BACKUP = COUNT + 4;
    private static final int WRITE_CONTENT = BACKUP + 4;

    private static final int ERROR = 4;
    private static final int COUNT_DONE = 8;
    private static final int READ_CONTENT = 12;

    private static final Logger LOG = LoggerFactory.getLogger(FileHandler.class);

    private final Root data;
    private final Root persist;
    private final MissingRoots missing;
    private final FailureLog failures = new FailureLog();

    @Activate
    public FileHandler(
            BundleContext context,
            @Reference(name = "roots") Roots roots,
            @Reference(name = "missing") MissingRoots missing)
            throws IOException {
        this(
                new Root(
                        roots.data() == null ? area(context, "data") : roots.data(),
                        false,
                        roots.required(),
                        Disk.real(),
                        missing),
                new Root(
                        roots.persist() == null ? area(context, "persist") : roots.persist(),
                        true,
                        roots.required(),
                        Disk.real(),
                        missing),
                missing);
    }

    FileHandler(Root data, Root persist, MissingRoots missing) {
        this.data = data;
        this.persist = persist;
        this.missing = missing;
        FileName.warnOfLocale();
        openQuietly(data);
        openQuietly(persist);
    }

    private static Path area(BundleContext context, String name) throws IOException {
        File area = context.getDataFile(name);
        if (area == null) {
            throw new IOException("this framework has no data area for bundles: configure the root directories");
        }
        return area.toPath();
    }

    /**
     * Opens a root, so that what a crash left behind is cleared away now. A root that is missing is looked for again,
     * by {@link MissingRoots} and at each request.
     */
    private static void openQuietly(Root root) {
        try {
            root.open();
        } catch (IOException e) {
            LOG.debug("{} cannot be opened yet", root, e);
        }
    }

    @Deactivate
    void deactivate() throws IOException {
        try (persist) {
            data.close();
        } finally {
            missing.remove(data);
            missing.remove(persist);
            failures.end();
        }
    }

    @Override
    public void handle(ByteBuffer message) {
        int command = message.getInt(0);
        switch (command) {
            case DATA_READ -> answerWithContent(message, () -> read(data, message));
            case DATA_WRITE -> answerWithCount(message, () -> write(data, message));
            case DATA_REMOVE -> answer(message, () -> remove(data, message));
            case DATA_RENAME -> answer(message, () -> rename(data, message));
            case PERSIST_READ -> answerWithContent(message, () -> read(persist, message));
            case PERSIST_WRITE -> answerWithCount(message, () -> write(barrier(), message));
            case PERSIST_REMOVE -> answer(message, () -> remove(barrier(), message));
            case PERSIST_RENAME -> answer(message, () -> rename(barrier(), message));
            case VERSION ->
                message.putInt(4, FORMAT_VERSION).putInt(8, FileErrno.NONE).limit(READ_CONTENT);
            default -> message.putInt(ERROR, UNKNOWN_COMMAND).limit(COUNT_DONE);
        }
    }

    /** Returns the persistent root, after all earlier changes of data files were forced to the disk. */
    private Root barrier() throws IOException {
        data.run(storage -> {
            storage.force();
            return null;
        });
        return persist;
    }

    private static int read(Root root, ByteBuffer message) throws IOException {
        FileName name = FileName.parse(message, NAME);
        int offset = message.getInt(OFFSET);
        int count = count(message, offset);
        return root.run(storage -> storage.read(name, offset, message.slice(READ_CONTENT, count)));
    }

    private static int write(Root root, ByteBuffer message) throws IOException {
        FileName name = FileName.parse(message, NAME);
        int offset = message.getInt(OFFSET);
        int count = count(message, offset);
        boolean backup = message.getInt(BACKUP) != 0;
        return root.run(storage -> {
            storage.write(name, offset, message.slice(WRITE_CONTENT, count), backup);
            return count;
        });
    }

    private static void remove(Root root, ByteBuffer message) throws IOException {
        FileName name = FileName.parse(message, NAME);
        root.run(storage -> {
            storage.remove(name);
            return null;
        });
    }

    private static void rename(Root root, ByteBuffer message) throws IOException {
        FileName from = FileName.parse(message, NAME);
        FileName to = FileName.parse(message, NEW_NAME);
        root.run(storage -> {
            storage.rename(from, to);
            return null;
        });
    }

    private static int count(ByteBuffer message, int offset) throws RefusedException {
        int count = message.getInt(COUNT);
        if (offset < 0) {
            throw new RefusedException(FileErrno.EINVAL, "the offset is negative: " + offset);
        }
        if (count < 0 || count > MAX_CONTENT) {
            throw new RefusedException(
                    FileErrno.EINVAL,
                    "a message holds " + MAX_CONTENT + " bytes, not " + Integer.toUnsignedString(count));
        }
        if ((long) offset + count > Integer.MAX_VALUE) {
            throw new RefusedException(FileErrno.EFBIG, "a file ends at 2^31 - 1, not at " + ((long) offset + count));
        }
        return count;
    }

    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    @FunctionalInterface
    private interface CountingAction {
        int run() throws IOException;
    }

    private void answer(ByteBuffer message, Action action) {
        int error = FileErrno.NONE;
        try {
            action.run();
        } catch (IOException | InvalidPathException e) {
            error = failed(message, e);
        }
        message.putInt(ERROR, error).limit(COUNT_DONE);
    }

    private void answerWithContent(ByteBuffer message, CountingAction action) {
        int done = answerWithCount(message, action);
        message.limit(READ_CONTENT + done);
    }

    /** Returns the count. */
    private int answerWithCount(ByteBuffer message, CountingAction action) {
        int error = FileErrno.NONE;
        int done = 0;
        try {
            done = action.run();
        } catch (IOException | InvalidPathException e) {
            error = failed(message, e);
        }
        message.putInt(ERROR, error).putInt(COUNT_DONE, done).limit(READ_CONTENT);
        return done;
    }

    private int failed(ByteBuffer message, Exception failure) {
        int error = FileErrno.of(failure);
        failures.failed(message.getInt(0), error, failure);
        return error;
    }
}
