// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.ermine.tee.TeeException;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.blocks.BlockCipher;
import org.ermine.tee.ta.sealedstorage.blocks.BlockFiles;
import org.ermine.tee.ta.sealedstorage.blocks.DamageException;
import org.ermine.tee.ta.sealedstorage.chunks.SegmentFiles;
import org.ermine.tee.ta.sealedstorage.drawers.Drawer;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerAccess;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerLimits;
import org.ermine.tee.ta.sealedstorage.files.GpFileStorage;
import org.ermine.tee.ta.sealedstorage.index.IndexFiles;
import org.ermine.tee.ta.sealedstorage.index.IndexLimits;
import org.ermine.tee.ta.sealedstorage.store.Store;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;

/** A client of a TA that was just started, without a transport between them. */
final class TestClient {

    static final int CHUNK_SIZE = 32;
    static final int CHUNKS_PER_SEGMENT = 2;

    private static final int SEGMENT_SIZE = CHUNKS_PER_SEGMENT * Block.storedSize(CHUNK_SIZE) + 1;

    private final TrustedObject application;
    private final Optional<String> drawer;

    private TestClient(TrustedObject application, Optional<String> drawer) {
        this.application = application;
        this.drawer = drawer;
    }

    /** Limits of the index: nodes with a few entries each, and files for a few of them. */
    private static final IndexLimits INDEX = new IndexLimits(IndexLimits.MOST_OBJECTS, 250, 64 * 1024, IndexFiles.UNIT);

    /** Starts the TA, with small chunks and segments, and an index of many small nodes. */
    static TestClient start(TrustedEnvironment environment) {
        return start(environment, INDEX);
    }

    /** Starts the TA with room for so many objects. */
    static TestClient start(TrustedEnvironment environment, int objects) {
        return start(environment, new IndexLimits(objects, INDEX.nodeSize(), INDEX.fileSize(), INDEX.usualCopySize()));
    }

    static TestClient start(TrustedEnvironment environment, IndexLimits sizes) {
        return start(environment, sizes, () -> DrawerLimits.USUAL);
    }

    /** Starts the TA with these limits. */
    static TestClient start(TrustedEnvironment environment, Supplier<DrawerLimits> limits) {
        return start(environment, INDEX, limits);
    }

    /** Starts the TA as it is. */
    static TestClient startUsual(TrustedEnvironment environment) {
        return start(
                environment,
                IndexLimits.USUAL,
                SealedStorageApplication.CHUNK_SIZE,
                SegmentFiles.MAX_SIZE,
                () -> DrawerLimits.USUAL);
    }

    private static TestClient start(TrustedEnvironment environment, IndexLimits sizes, Supplier<DrawerLimits> limits) {
        return start(environment, sizes, CHUNK_SIZE, SEGMENT_SIZE, limits);
    }

    private static TestClient start(
            TrustedEnvironment environment,
            IndexLimits sizes,
            int chunkSize,
            int segmentSize,
            Supplier<DrawerLimits> limits) {
        GpFileStorage storage = new GpFileStorage(environment);
        BlockFiles files = new BlockFiles(storage, new BlockCipher(environment));
        SegmentFiles segments = new SegmentFiles(storage, files, segmentSize);
        Store store = new Store(environment, storage, files, segments, sizes, chunkSize, Clock.systemUTC(), limits);
        return new TestClient(new ApplicationObject(store, new DrawerAccess(environment, limits)), Optional.empty());
    }

    /** A client of the same instance, which names the drawer; an empty name is its own. */
    TestClient in(String named) {
        return new TestClient(application, Optional.of(named));
    }

    /** The client of what was sealed before there were drawers. */
    static TestClient ofFormer(TrustedEnvironment environment) {
        return start(environment).in(Drawer.COMMON.name());
    }

    private void invoke(int op, DirectArguments arguments) throws TeeException {
        application.invoke(drawer.isPresent() ? op | SealedStorageProtocol.IN_DRAWER : op, arguments);
    }

    private DirectArguments name(String name) {
        DirectArguments arguments = new DirectArguments();
        drawer.ifPresent(named -> arguments.in(utf8(named)));
        return arguments.in(utf8(name));
    }

    TrustedObject application() {
        return application;
    }

    void seal(String name, byte[] content) throws TeeException {
        TrustedObject writer = create(name);
        try {
            write(writer, content);
            commit(writer);
        } finally {
            writer.released();
        }
    }

    TrustedObject create(String name) throws TeeException {
        return create(SealedStorageProtocol.OP_CREATE, name);
    }

    TrustedObject createNew(String name) throws TeeException {
        return create(SealedStorageProtocol.OP_CREATE_NEW, name);
    }

    private TrustedObject create(int op, String name) throws TeeException {
        DirectArguments arguments = name(name).out(4).outObject();
        invoke(op, arguments);
        return (TrustedObject) arguments.outputObject(0);
    }

    static void write(TrustedObject writer, byte[] content) throws TeeException {
        writer.invoke(SealedStorageProtocol.WRITER_WRITE, new DirectArguments().in(content));
    }

    static void store(TrustedObject writer) throws TeeException {
        writer.invoke(SealedStorageProtocol.WRITER_STORE, new DirectArguments());
    }

    static void abort(TrustedObject writer) throws TeeException {
        writer.invoke(SealedStorageProtocol.WRITER_ABORT, new DirectArguments());
    }

    static void commit(TrustedObject writer) throws TeeException {
        writer.invoke(SealedStorageProtocol.WRITER_COMMIT, new DirectArguments().out(16));
    }

    byte[] unseal(String name) throws TeeException {
        TrustedObject reader = open(name);
        try {
            return readAll(reader);
        } finally {
            reader.released();
        }
    }

    TrustedObject open(String name) throws TeeException {
        DirectArguments arguments = name(name).out(20).outObject();
        invoke(SealedStorageProtocol.OP_OPEN, arguments);
        return (TrustedObject) arguments.outputObject(0);
    }

    static byte[] readAll(TrustedObject reader) throws TeeException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] data;
        do {
            data = read(reader, content.size(), 2 * CHUNK_SIZE);
            content.writeBytes(data);
        } while (data.length > 0);
        return content.toByteArray();
    }

    static byte[] read(TrustedObject reader, long offset, int room) throws TeeException {
        ByteBuffer position =
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, offset);
        DirectArguments arguments = new DirectArguments().in(position).out(room);
        reader.invoke(SealedStorageProtocol.READER_READ, arguments);
        ByteBuffer output = arguments.output(0).flip();
        byte[] data = new byte[output.remaining()];
        output.get(data);
        return data;
    }

    byte[] description(String name) throws TeeException {
        DirectArguments arguments =
                new DirectArguments().in(utf8("")).in(utf8(name)).out(2048);
        application.invoke(SealedStorageProtocol.OP_FIND | SealedStorageProtocol.IN_DRAWER, arguments);
        ByteBuffer entry = arguments.output(0).flip();
        entry.getLong();
        entry.getLong();
        entry.get(new byte[entry.getShort()]);
        entry.get();
        byte[] description = new byte[entry.getShort()];
        entry.get(description);
        assertEquals(0, entry.remaining());
        return description;
    }

    /** Objects and bytes by drawer, asked for in pages of {@code room} bytes. */
    Map<String, List<Long>> drawers(int room) throws TeeException {
        Map<String, List<Long>> drawers = new LinkedHashMap<>();
        String last = "";
        int known;
        do {
            known = drawers.size();
            DirectArguments arguments = new DirectArguments().in(utf8(last)).out(room);
            application.invoke(SealedStorageProtocol.OP_DRAWERS, arguments);
            ByteBuffer page = arguments.output(0).flip();
            while (page.hasRemaining()) {
                List<Long> usage = List.of(page.getLong(), page.getLong());
                byte[] name = new byte[page.getShort()];
                page.get(name);
                last = new String(name, StandardCharsets.UTF_8);
                drawers.put(last, usage);
            }
        } while (drawers.size() > known);
        return drawers;
    }

    void rename(String name, String newDrawer, String newName) throws TeeException {
        rename(SealedStorageProtocol.OP_RENAME, name, newDrawer, newName);
    }

    void renameNew(String name, String newDrawer, String newName) throws TeeException {
        rename(SealedStorageProtocol.OP_RENAME_NEW, name, newDrawer, newName);
    }

    private void rename(int op, String name, String newDrawer, String newName) throws TeeException {
        application.invoke(op, name(name).in(utf8(newDrawer)).in(utf8(newName)));
    }

    void remove(String name) throws TeeException {
        invoke(SealedStorageProtocol.OP_REMOVE, name(name));
    }

    TrustedObject snapshot() throws TeeException {
        return set(SealedStorageProtocol.OP_SNAPSHOT);
    }

    TrustedObject salvage() throws TeeException {
        return set(SealedStorageProtocol.OP_SALVAGE);
    }

    private TrustedObject set(int op) throws TeeException {
        DirectArguments arguments = new DirectArguments().outObject();
        application.invoke(op, arguments);
        return (TrustedObject) arguments.outputObject(0);
    }

    /** The contents of a set by name, listed in pages of {@code room} bytes; those that cannot be read are left out. */
    static Map<String, byte[]> contents(TrustedObject set, int room) throws TeeException {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        byte[] last = {};
        for (int known = -1; known < contents.size(); ) {
            known = contents.size();
            DirectArguments arguments = new DirectArguments().in(last).out(room);
            set.invoke(SealedStorageProtocol.SET_LIST, arguments);
            ByteBuffer page = arguments.output(0).flip();
            while (page.hasRemaining()) {
                page.getLong();
                page.getLong();
                last = bytes(page);
                bytes(page);
                bytes(page);
                contents.put(Drawer.objectOf(new String(last, StandardCharsets.UTF_8)), readFrom(set, last));
            }
        }
        contents.values().removeIf(Objects::isNull);
        return contents;
    }

    private static byte[] bytes(ByteBuffer page) {
        byte[] bytes = new byte[page.getShort()];
        page.get(bytes);
        return bytes;
    }

    /** Returns null if the object is damaged. */
    private static byte[] readFrom(TrustedObject set, byte[] key) throws TeeException {
        DirectArguments arguments = new DirectArguments().in(key).out(20).outObject();
        set.invoke(SealedStorageProtocol.SET_OPEN, arguments);
        TrustedObject reader = (TrustedObject) arguments.outputObject(0);
        try {
            return readAll(reader);
        } catch (DamageException e) {
            return null;
        } finally {
            reader.released();
        }
    }

    String explanation(int error) throws TeeException {
        ByteBuffer code = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, error);
        DirectArguments arguments = new DirectArguments().in(code).out(500);
        application.invoke(SealedStorageProtocol.OP_EXPLAIN, arguments);
        return StandardCharsets.UTF_8.decode(arguments.output(0).flip()).toString();
    }

    void reset() throws TeeException {
        application.invoke(SealedStorageProtocol.OP_RESET, new DirectArguments());
    }

    /** The size of an object. */
    long find(String name) throws TeeException {
        DirectArguments arguments = name(name).out(2048);
        invoke(SealedStorageProtocol.OP_FIND, arguments);
        return arguments.output(0).flip().getLong();
    }

    /** Names and sizes, asked for in pages of {@code room} bytes. */
    Map<String, Long> list(int room) throws TeeException {
        Map<String, Long> entries = new LinkedHashMap<>();
        String last = "";
        int known;
        do {
            known = entries.size();
            DirectArguments arguments = name(last).out(room);
            invoke(SealedStorageProtocol.OP_LIST, arguments);
            ByteBuffer page = arguments.output(0).flip();
            while (page.hasRemaining()) {
                long size = page.getLong();
                page.getLong();
                byte[] name = new byte[page.getShort()];
                page.get(name);
                last = new String(name, StandardCharsets.UTF_8);
                entries.put(last, size);
                if (drawer.isPresent()) {
                    page.get();
                    page.get(new byte[page.getShort()]);
                }
            }
        } while (entries.size() > known);
        return entries;
    }

    Map<String, Long> list() throws TeeException {
        return list(4096);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
