// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0

// What can be said of the state, and of one state after another. Knows nothing of how it is shown.

const ANSWERED_MILLIS = 2500;
const SAMPLES = 60;
const RECENT_MILLIS = 20000;

/** Bundles that have contexts of a device: how many there are, and those that are told one by one. */
export function byOwner(device) {
  const owners = new Map();
  for (const { owner, contexts, requests } of device.owners) {
    const known = owners.get(owner);
    owners.set(owner, {
      owner, told: [], count: contexts + (known?.count ?? 0), requests: requests + (known?.requests ?? 0),
    });
  }
  for (const context of device.contexts) {
    owners.get(context.owner)?.told.push(context);
  }
  return [...owners.values()].sort((a, b) => a.owner.localeCompare(b.owner));
}

/** How many elements of a list the state does not tell, because there are so many. */
export const leftOut = (parent, name) => parent[`${name}LeftOut`] ?? 0;

const countOf = (parent, name) => parent[name].length + leftOut(parent, name);

export const allContexts = state => state.devices.flatMap(device => device.contexts);

export const slotKey = handler => `${handler.kind} ${handler.name}`;

/** Handlers by what they serve; the one that serves comes first, then those that would follow it. */
export function slots(state) {
  const found = new Map();
  for (const handler of state.handlers) {
    const key = slotKey(handler);
    if (!found.has(key)) {
      found.set(key, { key, kind: handler.kind, name: handler.name, handlers: [] });
    }
    found.get(key).handlers.push(handler);
  }
  for (const slot of found.values()) {
    slot.handlers.sort((a, b) => b.active - a.active || b.ranking - a.ranking || a.serviceId - b.serviceId);
  }
  return [...found.values()].sort((a, b) => a.key.localeCompare(b.key, "en", { numeric: true }));
}

/** Services that cannot be used: handlers, drivers and, in an emulated TEE, what the secure world has. */
export const broken = state => [...state.failedHandlers, ...state.failedTrustedServices];

export function totals(state) {
  const owners = state.devices.flatMap(device => device.owners);
  const sum = count => owners.reduce((total, owner) => total + count(owner), 0);
  return {
    devices: countOf(state, "devices"),
    contexts: state.devices.reduce((total, device) => total + device.contextCount, 0),
    teeObjects: sum(owner => owner.teeObjects),
    callbackObjects: sum(owner => owner.callbackObjects),
    sharedMemories: sum(owner => owner.sharedMemories),
    requests: sum(owner => owner.requests),
    handlers: countOf(state, "handlers"),
    failed: countOf(state, "failedHandlers") + countOf(state, "failedTrustedServices"),
  };
}

/** Requests that wait in contexts that are not told one by one. */
export const untoldRequests = state =>
  totals(state).requests - allContexts(state).reduce((total, context) => total + context.requests.length, 0);

/** Requests from the moment they are seen until a while after their answer. */
export class RequestFlow {
  #seen = new Map();

  /** All requests that are to be shown: those of the state, and those that were answered a moment ago. */
  follow(state, now) {
    const present = new Set();
    for (const device of state.devices) {
      for (const context of device.contexts) {
        for (const request of context.requests) {
          const key = `${device.name}/${context.id}/${request.id}`;
          present.add(key);
          this.#seen.set(key, { ...request, key, context: context.id, owner: context.owner });
        }
      }
    }
    for (const [key, request] of this.#seen) {
      if (!present.has(key)) {
        this.#answered(key, request, now);
      }
    }
    return [...this.#seen.values()];
  }

  #answered(key, request, now) {
    if (request.state !== "ANSWERED") {
      this.#seen.set(key, { ...request, state: "ANSWERED", answeredAt: now });
    } else if (now - request.answeredAt > ANSWERED_MILLIS) {
      this.#seen.delete(key);
    }
  }
}

/** What is counted: requests to each slot, invocations of each device. */
export const counters = state => [
  ...slots(state).map(slot => [slot.key, slot.handlers.reduce((sum, handler) => sum + handler.requests, 0)]),
  ...state.devices.map(device => [deviceKey(device), device.invocations]),
];

export const deviceKey = device => `device ${device.name}`;

/** How fast counters grow: the last samples of each, in events a second. */
export class Rates {
  #counters = new Map();

  /** @param counts [key, count] of each counter there is */
  sample(counts, now) {
    const before = this.#counters;
    this.#counters = new Map();
    for (const [key, count] of counts) {
      const last = before.get(key);
      const rates = last ? [...last.rates, Rates.#rate(last, count, now)].slice(-SAMPLES) : [];
      this.#counters.set(key, { count, at: now, rates });
    }
  }

  static #rate(last, count, now) {
    return now > last.at ? Math.max(0, count - last.count) * 1000 / (now - last.at) : 0;
  }

  of(key) {
    return this.#counters.get(key)?.rates ?? [];
  }
}

export const latencyKey = latency => `${latency.device} ${latency.kind}`;

/** What of the latencies was measured in the last moments. */
export class LatencyWindow {
  #samples = [];

  sample(state, now) {
    const counts = new Map((state.statistics?.latencies ?? [])
      .map(latency => [latencyKey(latency), latency.buckets.map(bucket => bucket.count)]));
    this.#samples = [...this.#samples.filter(sample => now - sample.at <= RECENT_MILLIS), { at: now, counts }];
  }

  /** Counts of its buckets since the oldest sample. */
  of(latency) {
    const before = this.#samples[0]?.counts.get(latencyKey(latency));
    return latency.buckets.map((bucket, i) => Math.max(0, bucket.count - (before ? before[i] : 0)));
  }
}

/** Tells what is new in the list of swaps. */
export class SwapWatch {
  #last = null;

  fresh(state) {
    const keys = state.swaps.map(swapKey);
    const known = this.#last;
    this.#last = new Set(keys);
    return known ? state.swaps.filter((swap, i) => !known.has(keys[i])) : [];
  }
}

export const swapKey = swap => `${swap.kind} ${swap.name} ${swap.at} ${swap.from} ${swap.to}`;

export const isSwapOf = slot => swap => swap.kind === slot.kind && swap.name === slot.name;
