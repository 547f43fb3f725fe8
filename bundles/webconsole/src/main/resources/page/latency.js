// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0

// How long things take: for each device and kind of activity a histogram on a logarithmic scale. Behind it all since
// measuring began, in front of it what was measured in the last moments.

import { attribute, drawn, element, list, text } from "./dom.js";
import { nanos, number } from "./format.js";
import { latencyKey } from "./model.js";

const WIDTH = 300;
const HEIGHT = 70;
const TITLES = {
  invocation: "Invocations",
  queue: "Callbacks in the queue",
  callback: "Callbacks at work",
};

export class Latency {
  #root;
  #recent;

  /** @param recent see LatencyWindow */
  constructor(root, recent) {
    this.#root = root;
    this.#recent = recent;
  }

  render({ statistics }) {
    if (!statistics || statistics.latencies.length === 0) {
      this.#root.replaceChildren(element("p", { class: "empty" },
        statistics ? "Nothing was measured yet." : "Nobody measures: deploy org.ermine.tee.statistics."));
      return;
    }
    list(this.#root, statistics.latencies, latencyKey, chart, (node, latency) => this.#update(node, latency));
  }

  #update(node, latency) {
    const [title, device, svg, axis, figures] = node.children;
    const { first, last } = range(latency.buckets);
    const shown = latency.buckets.slice(first, last + 1);
    const recent = this.#recent.of(latency).slice(first, last + 1);
    text(title, TITLES[latency.kind] ?? latency.kind);
    text(device, `${latency.device}, ${number(latency.count)} measured`);
    bars(svg.firstElementChild, shown.map(bucket => bucket.count));
    bars(svg.lastElementChild, recent);
    text(axis.firstElementChild, first > 0 ? nanos(latency.buckets[first - 1].upperBound) : "0");
    text(axis.lastElementChild, nanos(Math.min(latency.max, shown.at(-1)?.upperBound ?? 0)));
    text(figures, `half within ${nanos(latency.p50)}, 99 % within ${nanos(latency.p99)}, longest ${nanos(latency.max)}`
      + (latency.failures > 0 ? `, ${number(latency.failures)} failed` : ""));
    attribute(svg, "aria-label", `${title.textContent}: ${figures.textContent}`);
  }
}

function chart() {
  return element("article", { class: "latency" },
    element("h3"), element("p", { class: "faint" }),
    drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" },
      drawn("g", { class: "all" }), drawn("g", { class: "recent" })),
    element("p", { class: "axis" }, element("span"), element("span")),
    element("p", { class: "figures" }));
}

/** The buckets that hold anything. */
function range(buckets) {
  const first = buckets.findIndex(bucket => bucket.count > 0);
  const last = buckets.findLastIndex(bucket => bucket.count > 0);
  return first < 0 ? { first: 0, last: 0 } : { first, last };
}

function bars(group, counts) {
  const most = Math.max(1, ...counts);
  const width = WIDTH / Math.max(1, counts.length);
  list(group, counts.map((count, i) => [i, count]), ([i]) => i, () => drawn("rect"), (rect, [i, count]) => {
    const height = count === 0 ? 0 : Math.max(1.5, HEIGHT * count / most);
    attribute(rect, "x", (i * width + width * .06).toFixed(2));
    attribute(rect, "width", (width * .88).toFixed(2));
    attribute(rect, "y", (HEIGHT - height).toFixed(2));
    attribute(rect, "height", height.toFixed(2));
  });
}
