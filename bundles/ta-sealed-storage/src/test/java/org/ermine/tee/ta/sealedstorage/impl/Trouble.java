// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.function.Consumer;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.BlockHeader;
import org.ermine.tee.ta.sealedstorage.index.IndexFiles;

/** What becomes of a store, and what all operations on it answer from then on. */
enum Trouble {
    NONE(0, store -> {}),
    TAMPERED(SealedStorageProtocol.ERROR_TAMPERED, Store::flipABitOfEachIndexBlock),
    TRUNCATED(SealedStorageProtocol.ERROR_TRUNCATED, Store::cutOffTheIndex),
    ANOTHER_DISK(SealedStorageProtocol.ERROR_STORE_MISSING, store -> store.storage.restore(Map.of())),
    ROLLED_BACK(SealedStorageProtocol.ERROR_ROLLED_BACK, Store::putBack),
    FOREIGN(SealedStorageProtocol.ERROR_FOREIGN_STORE, Store::exchange),
    NEWER_STORE(
            SealedStorageProtocol.ERROR_NEWER_STORE,
            store -> store.environment.counters().clear()),
    NEWER_VERSION(SealedStorageProtocol.ERROR_NEWER_VERSION, Store::takeForANewerFormat);

    private final int error;
    private final Consumer<Store> happening;

    Trouble(int error, Consumer<Store> happening) {
        this.error = error;
        this.happening = happening;
    }

    /** The number of the error; 0 if there is none. */
    int error() {
        return error;
    }

    /** Lets it happen to the store of an environment. */
    void happenTo(FakeEnvironment environment, MemoryFileStorage storage) {
        happening.accept(new Store(environment, storage));
    }

    private record Store(FakeEnvironment environment, MemoryFileStorage storage) {

        private static final int FORMAT = 3;
        private static final int DIGEST = 72;

        private void flipABitOfEachIndexBlock() {
            forEachCopy((content, at) -> content[at + BlockHeader.SIZE + 1] ^= 4);
        }

        private void cutOffTheIndex() {
            storage.files().replaceAll((name, content) -> isIndex(name) ? new byte[20] : content);
        }

        private void putBack() {
            Map<String, byte[]> before = storage.snapshot();
            change(environment);
            storage.restore(before);
        }

        private void exchange() {
            storage.restore(Map.of());
            change(new FakeEnvironment("another device", storage));
        }

        private static void change(FakeEnvironment environment) {
            try {
                TestClient.start(environment).seal("changed", new byte[100]);
            } catch (TeeException e) {
                throw new AssertionError(e);
            }
        }

        private void takeForANewerFormat() {
            forEachCopy((content, at) -> {
                content[at + FORMAT] = '7';
                System.arraycopy(digest(content, at), 0, content, at + DIGEST, 8);
            });
        }

        private interface Change {
            void apply(byte[] content, int at);
        }

        /** Changes the beginning of every file that may be one of them. */
        private void forEachCopy(Change change) {
            storage.files().forEach((name, content) -> {
                if (isIndex(name)) {
                    for (int at = 0; at + BlockHeader.SIZE < content.length; at += IndexFiles.UNIT) {
                        change.apply(content, at);
                    }
                }
            });
        }

        private static boolean isIndex(String file) {
            return file.contains("index");
        }

        private static byte[] digest(byte[] content, int at) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(content, at, DIGEST);
                return digest.digest();
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }
    }
}
