// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.chunks;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;

/**
 * The chunks of a version that are sealed and not stored yet. One thread seals and {@linkplain #put puts} them; any
 * thread may {@linkplain #storeAll store} them, one at a time and in their order, so that a chunk is sealed while the
 * one before is stored. Who puts a chunk for which there is no room stores what is in the way, unless somebody does so
 * already. The first chunk that cannot be stored is the last: from then on everything fails as it did.
 */
public final class ChunkQueue {

    /** How many chunks wait at most. So there are three messages: one waits, one is stored, one is filled. */
    private static final int CAPACITY = 1;

    private static final int WAIT_SECONDS = 60;

    private final SegmentFiles segments;
    private final int chunkSize;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock, which is not held while a chunk is stored.
    private final Queue<SealedChunk> waiting = new ArrayDeque<>();
    /** Messages that hold nothing. */
    private final Deque<StorageMessage> free = new ArrayDeque<>();
    /** Whether a thread is about to store what is waiting. */
    private boolean storing;

    private boolean closed;
    /** Why nothing can be stored any more, else null. */
    private TeeException failure;

    public ChunkQueue(SegmentFiles segments, int chunkSize) {
        this.segments = segments;
        this.chunkSize = chunkSize;
    }

    /** A chunk, and the message in which it stands sealed. */
    private record SealedChunk(StorageMessage message, Block chunk) {}

    /** A message to fill. It is the caller's until it is put. */
    public StorageMessage newMessage() {
        lock.lock();
        try {
            StorageMessage message = free.poll();
            return message == null ? new StorageMessage() : message;
        } finally {
            lock.unlock();
        }
    }

    /** Hands over a sealed chunk to be stored behind those that were put before. */
    public void put(StorageMessage message, Block chunk) throws TeeException {
        SealedChunk sealed = new SealedChunk(message, chunk);
        while (!offer(sealed)) {
            storeAll();
        }
    }

    /** Returns false if there is no room and nobody makes any. */
    private boolean offer(SealedChunk sealed) throws TeeException {
        lock.lock();
        try {
            awaitChange(() -> storing && waiting.size() == CAPACITY);
            requireSound();
            return waiting.size() < CAPACITY && waiting.add(sealed);
        } finally {
            lock.unlock();
        }
    }

    /** Stores until nothing is waiting. Leaves it to another thread if that does so already. */
    public void storeAll() throws TeeException {
        if (!startStoring()) {
            return;
        }
        try {
            SealedChunk next = take(null);
            while (next != null) {
                segments.store(next.message(), next.chunk(), chunkSize);
                next = take(next.message());
            }
        } catch (TeeException e) {
            failed(e);
            throw e;
        } catch (Throwable e) {
            failed(failure(SealedStorageProtocol.ERROR_STORAGE_FAILED, "storing a chunk failed unexpectedly: " + e));
            throw e;
        }
    }

    /** Stores what was put, also if another thread has begun to. */
    public void drain() throws TeeException {
        while (!isDrained()) {
            storeAll();
        }
    }

    private boolean isDrained() throws TeeException {
        lock.lock();
        try {
            awaitChange(() -> storing);
            requireSound();
            return waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Drops what is waiting and takes nothing any more. A chunk that is being stored is waited for, so that nothing is
     * stored when this returns.
     *
     * @throws TeeException BUSY if that does not end
     */
    public void close() throws TeeException {
        lock.lock();
        try {
            abandon();
            awaitChange(() -> storing);
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing any more, without waiting for a chunk that is being stored. */
    public void abandon() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            free.clear();
        } finally {
            lock.unlock();
        }
    }

    public void requireOpen() throws TeeException {
        lock.lock();
        try {
            requireSound();
        } finally {
            lock.unlock();
        }
    }

    private void requireSound() throws TeeException {
        if (failure != null) {
            throw new TeeException(failure.result(), failure.getMessage());
        }
        if (closed) {
            throw failure(SealedStorageProtocol.ERROR_CLOSED, "the writer has committed, was aborted or failed");
        }
    }

    private boolean startStoring() throws TeeException {
        lock.lock();
        try {
            requireSound();
            boolean started = !storing;
            storing = true;
            return started;
        } finally {
            lock.unlock();
        }
    }

    /** Gives back the message of what was stored and takes what is next; null ends the storing. */
    private SealedChunk take(StorageMessage stored) {
        lock.lock();
        try {
            if (stored != null && !closed) {
                free.push(stored);
            }
            SealedChunk next = waiting.poll();
            storing = next != null;
            changed.signalAll();
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void failed(TeeException e) {
        lock.lock();
        try {
            failure = e;
            storing = false;
            waiting.clear();
            free.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @FunctionalInterface
    private interface State {
        boolean holds();
    }

    /** Waits as long as a state holds that another thread is about to end. */
    private void awaitChange(State state) throws TeeException {
        long left = TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        try {
            while (state.holds()) {
                if (left <= 0) {
                    throw failure(
                            SealedStorageProtocol.ERROR_BUSY, "a chunk was not stored within " + WAIT_SECONDS + " s");
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(SealedStorageProtocol.ERROR_BUSY, "interrupted while a chunk was being stored");
        }
    }

    private static TeeException failure(int code, String message) {
        return new TeeException(TeeResult.of(code), message);
    }
}
