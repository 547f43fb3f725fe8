// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.object;

import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.together;

import java.nio.ByteBuffer;
import org.ermine.tee.shm.limit.MemoryBudget;
import org.ermine.tee.shm.region.AddressSpace;
import org.ermine.tee.shm.region.Region;

/** Shared memory that is retained and released at once. */
final class MemoryScenarios {

    private static final int SIZE = 4096;

    private MemoryScenarios() {}

    private static final class Memory {

        final AddressSpace addresses = new AddressSpace();
        final MemoryBudget budget = new MemoryBudget(2 * SIZE);
        final MemoryObjects objects = new MemoryObjects(addresses, budget);

        Region allocate() {
            require(budget.reserve(SIZE), "no memory");
            return objects.allocated(ByteBuffer.allocate(SIZE), () -> {});
        }

        void requireNothingLeft() {
            require(objects.count() == 0, "memory objects: " + objects.count());
            require(budget.committed() == 0, "committed: " + budget.committed());
        }
    }

    /** The last reference goes while another thread takes one: it gets none, or the memory stays. */
    record RetainBesideLastRelease() implements Runnable {
        @Override
        public void run() {
            Memory memory = new Memory();
            Region region = memory.allocate();
            boolean[] retained = new boolean[1];
            together(region::release, () -> retained[0] = region.retain());
            if (retained[0]) {
                require(region.isInUse(), "retained and free at once");
                require(memory.addresses.find(region.address()) == region, "retained without an address");
                region.release();
            }
            memory.requireNothingLeft();
        }
    }

    /** Two references are given back at once: the memory is freed once. */
    record TwoReleases() implements Runnable {
        @Override
        public void run() {
            Memory memory = new Memory();
            Region region = memory.allocate();
            require(region.retain(), "no reference");
            together(region::release, region::release);
            memory.requireNothingLeft();
        }
    }

    /** An object goes while another is allocated: ids and addresses name one each. */
    record ReleaseBesideAllocate() implements Runnable {
        @Override
        public void run() {
            Memory memory = new Memory();
            Region first = memory.allocate();
            Region[] second = new Region[1];
            together(first::release, () -> second[0] = memory.allocate());
            require(second[0].id() != first.id(), "an id was given out again");
            require(memory.addresses.find(second[0].address()) == second[0], "the address is another's");
            second[0].release();
            memory.requireNothingLeft();
        }
    }
}
