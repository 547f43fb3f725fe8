// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.runtime.HandlerSwapDTO;

/** The last swaps of handlers of one kind. Its monitor is taken after a slot's lock. */
final class SwapHistory {

    private static final int KEPT = 64;

    /** A swap has only the names of bundles, since a handler that is gone must not be kept. */
    private record Swap(String name, String from, String to, long at, long vacantMillis) {}

    private final String kind;
    private final Deque<Swap> swaps = new ArrayDeque<>();
    /** The number of the last swaps that {@link #takeNews} has not returned yet. */
    private int news;

    SwapHistory(String kind) {
        this.kind = kind;
    }

    /**
     * Notes that another handler gets new requests from now on.
     *
     * @param from null if there was none
     * @param to null if there is none
     * @param vacantNanos for how long there had been none
     */
    synchronized void swapped(String name, Handler<?> from, Handler<?> to, long vacantNanos) {
        if (swaps.size() == KEPT) {
            swaps.remove();
        }
        long vacantMillis = TimeUnit.NANOSECONDS.toMillis(vacantNanos);
        swaps.add(new Swap(name, bundleOf(from), bundleOf(to), System.currentTimeMillis(), vacantMillis));
        news = Math.min(KEPT, news + 1);
    }

    /** Returns the swaps since this was called last, the oldest first. */
    synchronized List<HandlerSwapDTO> takeNews() {
        List<HandlerSwapDTO> taken =
                swaps.stream().skip(swaps.size() - news).map(this::describe).toList();
        news = 0;
        return taken;
    }

    private static String bundleOf(Handler<?> handler) {
        return handler == null ? "" : handler.bundle();
    }

    /** Returns the swaps that are kept, the oldest first. */
    List<HandlerSwapDTO> list() {
        List<Swap> present;
        synchronized (this) {
            present = new ArrayList<>(swaps);
        }
        return present.stream().map(this::describe).toList();
    }

    private HandlerSwapDTO describe(Swap swap) {
        HandlerSwapDTO dto = new HandlerSwapDTO();
        dto.kind = kind;
        dto.name = swap.name();
        dto.from = swap.from();
        dto.to = swap.to();
        dto.at = swap.at();
        dto.vacantMillis = swap.vacantMillis();
        return dto;
    }
}
