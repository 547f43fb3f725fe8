// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0

// Numbers as people read them.

const UNITS = [[86400e3, "d"], [3600e3, "h"], [60e3, "min"], [1e3, "s"]];
const KIB = 1024;

/** 250 ms, 4.2 s, 3 min, 2 h, 5 d */
export function duration(millis) {
  for (const [size, unit] of UNITS) {
    if (millis >= size) {
      const value = millis / size;
      return `${value < 10 && unit === "s" ? value.toFixed(1) : Math.floor(value)} ${unit}`;
    }
  }
  return `${Math.max(0, Math.round(millis))} ms`;
}

/** 800 ns, 4.2 µs, 15 ms, 2.5 s */
export function nanos(time) {
  const unit = time < 1e3 ? 0 : time < 1e6 ? 1 : time < 1e9 ? 2 : 3;
  const value = time / 1000 ** unit;
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${["ns", "µs", "ms", "s"][unit]}`;
}

/** 512 B, 4.0 KiB, 256 MiB */
export function bytes(count) {
  let value = count;
  let unit = 0;
  while (value >= KIB && unit < 4) {
    value /= KIB;
    unit++;
  }
  const shown = unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1);
  return `${shown} ${["B", "KiB", "MiB", "GiB", "TiB"][unit]}`;
}

export const number = count => count.toLocaleString("en");

/** 1 context, 2 contexts */
export const counted = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

export const clock = millis => new Date(millis).toLocaleTimeString("en", { hour12: false });

/** What a context holds. */
export function inWords(context) {
  const held = [[context.teeObjects, "TEE object"], [context.callbackObjects, "callback object"],
    [context.sharedMemories, "shared memory", "shared memories"]];
  const waiting = context.requests.length + (context.requestsLeftOut ?? 0);
  return [
    held.filter(([count]) => count > 0).map(([count, ...names]) => counted(count, ...names)).join(", ")
      || "nothing held",
    ...waiting > 0 ? [`${counted(waiting, "request")} waiting`] : [],
    ...context.closed ? ["closed"] : []].join(", ");
}
