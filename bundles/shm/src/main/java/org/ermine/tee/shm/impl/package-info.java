// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The shared-memory manager: message buffers from pools, memory objects with ids, reference counts, addresses.
 *
 * <p>Owns all memory that both worlds see; it is off heap, in direct buffers. Offers {@link
 * org.ermine.tee.spi.SharedMemoryManager} to backends and {@link org.ermine.tee.spi.PhysicalMemory} to secure channels;
 * needs no service. Configuration: PID {@value org.ermine.tee.shm.limit.SharedMemoryConfig#PID}. Runs no thread of its
 * own: everything happens on the callers' threads.
 *
 * <p>The packages, each of which needs only those before it: {@code limit}, how much there may be; {@code backing},
 * memory of the JVM; {@code region}, a counted piece of it with an address; {@code buffer}, pooled message buffers;
 * {@code object}, memory objects with ids; and this one, the component that puts them together.
 *
 * <p>Freed memory objects of 256 KiB or more go back to the JVM at once from Java 22 on; what goes back with the JVM's
 * next garbage collection only is counted until then, see {@link org.ermine.tee.runtime.MemoryDTO#uncollected}.
 *
 * <p>Locks, in the order in which they are taken: {@link org.ermine.tee.shm.object.MemoryObjects}, then {@link
 * org.ermine.tee.shm.region.AddressSpace}; {@link org.ermine.tee.shm.buffer.FreeLists} stands alone. {@link
 * org.ermine.tee.shm.object.MemoryShares} takes none: atomics say how much of the memory objects each owner has, and
 * all of them together. Message buffers that their holders keep stand in a concurrent map of {@link
 * org.ermine.tee.shm.buffer.BufferPool}; the holder decides by atomics of its own whether it gives one up. No lock is
 * held while memory is allocated, a holder is asked, or a region's bytes are touched.
 */
package org.ermine.tee.shm.impl;
