// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0

// A line that shows how a rate went, with the rate as it is now.

import { attribute, drawn, element, text } from "./dom.js";
import { number } from "./format.js";

const WIDTH = 120;
const HEIGHT = 28;

export function spark() {
  return element("div", { class: "spark" },
    drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      drawn("polyline", { points: "", "vector-effect": "non-scaling-stroke" })),
    element("span", { class: "rate" }));
}

/** @param rates events a second, the latest last */
export function updateSpark(node, rates) {
  const most = Math.max(1, ...rates);
  const step = WIDTH / Math.max(1, rates.length - 1);
  attribute(node.firstElementChild.firstElementChild, "points",
    rates.map((rate, i) => `${(i * step).toFixed(1)},${(HEIGHT - 2 - rate / most * (HEIGHT - 4)).toFixed(1)}`)
      .join(" "));
  text(node.lastElementChild, `${number(Math.round(rates.at(-1) ?? 0))}/s`);
}
