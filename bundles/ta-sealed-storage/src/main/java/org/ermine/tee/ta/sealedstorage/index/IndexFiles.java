// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.index;

import static org.ermine.tee.ta.sealedstorage.files.StorageMessage.ANSWER_DATA_OFFSET;
import static org.ermine.tee.ta.sealedstorage.files.StorageMessage.WRITE_DATA_OFFSET;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.blocks.BlockCipher;
import org.ermine.tee.ta.sealedstorage.blocks.BlockHeader;
import org.ermine.tee.ta.sealedstorage.blocks.DamageException;
import org.ermine.tee.ta.sealedstorage.blocks.ObjectVersion;
import org.ermine.tee.ta.sealedstorage.files.GpFileStorage;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.files.StoredFile;
import org.ermine.tee.ta.sealedstorage.tree.IndexNode;
import org.ermine.tee.ta.sealedstorage.tree.NodeCodec;
import org.ermine.tee.ta.sealedstorage.tree.NodeRef;
import org.ermine.tee.ta.sealedstorage.versions.IndexVersions;

/**
 * The files of the index. A file holds nodes as blocks, one behind the other, and all of that twice: each copy begins
 * at a multiple of {@value #UNIT} bytes, so that no sector of a disk belongs to both. What one copy does not yield
 * comes from the other, and operators hear of it. Used by one thread at a time.
 */
public final class IndexFiles {

    /** What the size of a copy is a multiple of. */
    public static final int UNIT = 4096;

    private final GpFileStorage storage;
    private final BlockCipher cipher;
    private final StorageMessage message;
    private final RepeatLog problems;
    /** Where the content of the block stands that was opened last. */
    private int contentStart;

    /** @param problems where operators are told of a copy that is damaged, while the other one is not */
    public IndexFiles(GpFileStorage storage, BlockCipher cipher, StorageMessage message, RepeatLog problems) {
        this.storage = storage;
        this.cipher = cipher;
        this.message = message;
        this.problems = problems;
    }

    public static StoredFile file(int number) {
        return StoredFile.deferred(String.format(Locale.ROOT, "%sindex-%06x", StoredFile.PREFIX, number));
    }

    /** Writes the content of a block. */
    @FunctionalInterface
    interface Content {
        void encode(ByteBuffer room);
    }

    /**
     * Writes a file.
     *
     * @param contents of its blocks, from number 0 on
     * @return what its first block is
     */
    Block write(ObjectVersion version, List<Content> contents, int copySize) throws TeeException {
        Block first = null;
        int at = WRITE_DATA_OFFSET;
        for (int number = 0; number < contents.size(); number++) {
            Block block = seal(version, number, at, contents.get(number));
            first = first == null ? block : first;
            at += Block.storedSize(block.length());
        }
        byte[] bytes = message.bytes().array();
        Arrays.fill(bytes, at, WRITE_DATA_OFFSET + copySize, (byte) 0);
        System.arraycopy(bytes, WRITE_DATA_OFFSET, bytes, WRITE_DATA_OFFSET + copySize, copySize);
        storage.write(message, fileOf(version), 0, 2 * copySize);
        return first;
    }

    private Block seal(ObjectVersion version, int number, int at, Content content) {
        int start = at + BlockHeader.SIZE;
        ByteBuffer room = view().position(start);
        content.encode(room);
        Block block = Block.node(version, number, room.position() - start);
        BlockHeader.write(message.bytes(), at, cipher.storeId(), block);
        cipher.seal(message.bytes().array(), at, block);
        return block;
    }

    /** Makes what was written to files safe from a loss of power. */
    void force() throws TeeException {
        storage.barrier(message);
    }

    void remove(int number) throws TeeException {
        storage.remove(message, file(number));
    }

    /**
     * Whether a file begins with the header of a block that was written there. Neither that nor what follows is
     * authentic.
     */
    boolean isThere(Block first) throws TeeException {
        try {
            return storage.read(message, fileOf(first.version()), 0, BlockHeader.SIZE) == BlockHeader.SIZE
                    && BlockHeader.stands(message.bytes(), ANSWER_DATA_OFFSET, cipher.storeId(), first);
        } catch (TeeException e) {
            if (e.result().code() == SealedStorageProtocol.ERROR_STORAGE_FAILED) {
                return false;
            }
            throw e;
        }
    }

    /** Reads a node, and those below it. */
    IndexNode read(NodeRef ref) throws TeeException {
        return NodeCodec.decodeNode(content(readBlock(ref)), ref, this::read);
    }

    /**
     * What was read of a root. It stands in the message until something else is read.
     *
     * @param block what it is
     */
    record Root(Block block, ByteBuffer content) {}

    /**
     * Reads the root that stands in a file: of the wanted version, if there is one, or else one of which nothing but
     * what it is can be used.
     *
     * @throws DamageException if there is none
     */
    Root readRoot(int file, long wanted) throws TeeException {
        TeeException failure = null;
        Root found = null;
        for (int offset = 0; offset <= StorageMessage.DATA_SIZE / 2; offset += UNIT) {
            try {
                found = rootAt(file, offset);
                long version = found.block().version().generation();
                if (version == wanted) {
                    tellOfDamagedCopy(failure);
                    return found;
                }
                failure = failure == null ? anotherVersion(file, version) : failure;
            } catch (TeeException e) {
                requireCopyAtFault(e);
                failure = failure == null ? e : failure;
                if (isOf(e, SealedStorageProtocol.ERROR_MISSING)) {
                    break;
                }
            }
        }
        if (found == null) {
            throw failure;
        }
        return found;
    }

    private static DamageException anotherVersion(int file, long version) {
        return new DamageException(SealedStorageProtocol.ERROR_ROLLED_BACK, "it is of version " + version)
                .in(file(file));
    }

    /**
     * What had to be read of the other copy is lost if that is damaged as well. No crash leads here: see the package.
     *
     * @param failure of the one that was read first; null if there was none
     */
    private void tellOfDamagedCopy(TeeException failure) {
        if (failure != null) {
            String reason = failure.getMessage();
            problems.tell(
                    "copy",
                    () -> "One of two copies of a part of the index is damaged or cannot be read. Nothing is lost, as"
                            + " the other one could be read; but see whether the disk is failing, and make a backup."
                            + " The next change of that part writes both copies anew. What was found: " + reason);
        }
    }

    private Root rootAt(int number, int offset) throws TeeException {
        StoredFile file = file(number);
        try {
            Block block = open(0, loadFirstBlock(file, offset));
            requireNode(block, 0);
            if (IndexVersions.fileOf(block.version().generation()) != number) {
                throw new DamageException(
                        SealedStorageProtocol.ERROR_EXCHANGED, "it is another file of the index, or a part of one");
            }
            return new Root(block, content(block));
        } catch (DamageException e) {
            throw e.in(file);
        }
    }

    /** Reads no more than that block, as what follows may be what cannot be read. */
    private int loadFirstBlock(StoredFile file, int offset) throws TeeException {
        int size = load(file, offset, UNIT);
        int length = BlockHeader.readAlone(message.bytes(), ANSWER_DATA_OFFSET, size, cipher.storeId())
                .length();
        int most = StorageMessage.DATA_SIZE - Block.storedSize(0);
        return length < 0 || length > most || Block.storedSize(length) <= size
                ? size
                : load(file, offset, Block.storedSize(length));
    }

    private Block readBlock(NodeRef ref) throws TeeException {
        try {
            return readBlock(ref, 0);
        } catch (TeeException first) {
            requireCopyAtFault(first);
            try {
                Block block = readBlock(ref, ref.copySize());
                tellOfDamagedCopy(first);
                return block;
            } catch (TeeException second) {
                first.addSuppressed(second);
                throw first;
            }
        }
    }

    /** Where the storage as such does not answer, the other copy is no better. */
    private static void requireCopyAtFault(TeeException failure) throws TeeException {
        if (!(failure instanceof DamageException) && !isOf(failure, SealedStorageProtocol.ERROR_STORAGE_FAILED)) {
            throw failure;
        }
    }

    private static boolean isOf(TeeException failure, int code) {
        return failure.result().code() == code;
    }

    private Block readBlock(NodeRef ref, int offset) throws TeeException {
        StoredFile file = file(ref.file());
        try {
            return openOrTellWhy(ref, load(file, offset, ref.copySize()));
        } catch (DamageException e) {
            throw e.in(file);
        }
    }

    private Block openOrTellWhy(NodeRef ref, int size) throws DamageException {
        try {
            return open(ref, size);
        } catch (DamageException e) {
            throw betterReason(ref, size, e);
        }
    }

    private Block open(NodeRef ref, int size) throws DamageException {
        int offset = 0;
        for (int number = 0; number < ref.number(); number++) {
            offset += Block.storedSize(header(offset, size).length());
        }
        Block block = open(offset, size);
        requireNode(block, ref.number());
        requireVersion(block, ref);
        return block;
    }

    /** Where something else stands in the file that was sealed, that is why a block of it is not found. */
    private DamageException betterReason(NodeRef ref, int size, DamageException reason) {
        try {
            requireVersion(open(0, size), ref);
            return reason;
        } catch (DamageException e) {
            return isOf(e, SealedStorageProtocol.ERROR_ROLLED_BACK) || isOf(e, SealedStorageProtocol.ERROR_EXCHANGED)
                    ? e
                    : reason;
        }
    }

    private static void requireNode(Block block, int number) throws DamageException {
        if (block.kind() != Block.Kind.NODE || block.number() != number) {
            throw new DamageException(
                    SealedStorageProtocol.ERROR_EXCHANGED, "it is something else of what is sealed here");
        }
    }

    private static void requireVersion(Block block, NodeRef ref) throws DamageException {
        ObjectVersion version = block.version();
        if (version.equals(ref.fileVersion())) {
            return;
        }
        boolean older = block.kind() == Block.Kind.NODE
                && IndexVersions.fileOf(version.generation()) == ref.file()
                && version.generation() <= ref.version();
        throw older
                ? new DamageException(
                        SealedStorageProtocol.ERROR_ROLLED_BACK,
                        "it is of version " + version.generation() + ", not of version " + ref.version())
                : new DamageException(
                        SealedStorageProtocol.ERROR_EXCHANGED, "it is something else of what is sealed here");
    }

    private Block header(int offset, int size) throws DamageException {
        return BlockHeader.read(message.bytes(), ANSWER_DATA_OFFSET + offset, size - offset, cipher.storeId());
    }

    /** Opens a block in place. */
    private Block open(int offset, int size) throws DamageException {
        Block block = header(offset, size);
        cipher.open(message.bytes().array(), ANSWER_DATA_OFFSET + offset, block);
        contentStart = ANSWER_DATA_OFFSET + offset + BlockHeader.SIZE;
        return block;
    }

    private ByteBuffer content(Block opened) {
        return view().position(contentStart).limit(contentStart + opened.length());
    }

    private int load(StoredFile file, int offset, int most) throws TeeException {
        int size = storage.read(message, file, offset, most);
        if (size < 0) {
            throw new DamageException(SealedStorageProtocol.ERROR_MISSING, "it is missing");
        }
        return size;
    }

    private static StoredFile fileOf(ObjectVersion version) {
        return file(IndexVersions.fileOf(version.generation()));
    }

    private ByteBuffer view() {
        return message.bytes().duplicate().order(message.bytes().order()).clear();
    }
}
