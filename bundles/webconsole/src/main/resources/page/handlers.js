// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0

// Who serves what: each listener and callback with the handler that serves it, those that would follow, and how much it
// has to do; those that cannot be used; and who took over from whom.

import { element, list, text } from "./dom.js";
import { clock, counted, duration, number } from "./format.js";
import { spark, updateSpark } from "./spark.js";
import { broken, leftOut, slots, swapKey } from "./model.js";

const MOST_SWAPS = 30;
const FLASH_MILLIS = 2500;

export class Handlers {
  #root;
  #failed;
  #more;
  #rates;

  /** @param more where to tell of what is left out */
  constructor(root, failed, more, rates) {
    this.#root = root;
    this.#failed = failed;
    this.#more = more;
    this.#rates = rates;
  }

  render(state) {
    const all = slots(state);
    list(this.#root, all.length > 0 ? all : [null], slot => slot?.key ?? "", slot => slot ? slotCard() : nobody(),
      (node, slot) => slot && this.#update(node, slot));
    list(this.#failed, broken(state), handler => `${handler.serviceId} ${handler.kind} ${handler.name}`,
      failedRow, updateFailed);
    const failures = leftOut(state, "failedHandlers") + leftOut(state, "failedTrustedServices");
    text(this.#more, [
      ...leftOut(state, "handlers") > 0 ? [`and ${counted(leftOut(state, "handlers"), "handler")} more`] : [],
      ...failures > 0 ? [`and ${number(failures)} more that cannot be used`] : []].join(", "));
  }

  /** Draws attention to those that were swapped. */
  flash(swaps) {
    for (const swap of swaps) {
      const card = [...this.#root.children].find(node => node.dataset.key === `${swap.kind} ${swap.name}`);
      card?.classList.add("swapped");
      setTimeout(() => card?.classList.remove("swapped"), FLASH_MILLIS);
    }
  }

  #update(node, slot) {
    const [head, rows] = node.children;
    const [kind, name] = head.firstElementChild.children;
    const rates = this.#rates.of(slot.key);
    text(kind, slot.kind);
    text(name, slot.name);
    updateSpark(head.lastElementChild, rates);
    list(rows, slot.handlers, handler => handler.serviceId, handlerRow, updateHandler);
    node.classList.toggle("vacant", !slot.handlers.some(handler => handler.active));
  }
}

const nobody = () => element("p", { class: "empty" }, "Nobody serves the TEE.");

function slotCard() {
  return element("article", { class: "slot" },
    element("div", { class: "slot-head" },
      element("h3", {}, element("span", { class: "kind" }), element("span", { class: "name" })),
      spark()),
    element("ul", { class: "rows" }));
}

function handlerRow(handler) {
  return element("li", {},
    element("button", { type: "button", class: "row", "data-select": `handler/${handler.serviceId}` },
      element("span", { class: "mark" }), element("span", { class: "bundle" }), element("span", { class: "faint" })));
}

function updateHandler(item, handler) {
  const row = item.firstElementChild;
  const [mark, bundle, work] = row.children;
  row.classList.toggle("standby", !handler.active);
  text(mark, handler.active ? "serves" : "stands by");
  text(bundle, handler.bundle);
  text(work, [counted(handler.requests, "request"),
    ...handler.inProgress > 0 ? [`${number(handler.inProgress)} in progress`] : [],
    ...handler.failures > 0 ? [`${number(handler.failures)} failed`] : []].join(", "));
}

function failedRow(handler) {
  return element("button", { type: "button", class: "row broken", "data-select": `failed/${handler.serviceId}` },
    element("span", { class: "mark" }, "cannot be used"), element("span", { class: "bundle" }),
    element("span", { class: "reason" }));
}

function updateFailed(row, handler) {
  const [, bundle, reason] = row.children;
  text(bundle, `${handler.kind} ${handler.name ?? ""} of ${handler.bundle}`);
  text(reason, handler.reason);
}

export class Swaps {
  #root;

  constructor(root) {
    this.#root = root;
  }

  render(state, now) {
    const latest = state.swaps.slice().sort((a, b) => b.at - a.at).slice(0, MOST_SWAPS);
    if (latest.length === 0) {
      this.#root.replaceChildren(element("li", { class: "empty" }, "No handler took over from another yet."));
      return;
    }
    list(this.#root, latest, swapKey, swapEntry, (node, swap) =>
      text(node.querySelector("time"), `${duration(now - swap.at)} ago`));
  }
}

function swapEntry(swap) {
  return element("li", {},
    element("time", { datetime: new Date(swap.at).toISOString(), title: clock(swap.at) }),
    element("span", { class: "what" }, element("span", { class: "kind" }, swap.kind), " ", swap.name),
    element("span", { class: "way" },
      side(swap.from), element("span", { class: "arrow", "aria-label": "then" }, "→"), side(swap.to)),
    element("span", { class: "faint" }, swap.vacantMillis > 0 ? `nobody for ${duration(swap.vacantMillis)}` : ""));
}

const side = bundle => element("span", { class: bundle ? "bundle" : "bundle nobody" }, bundle || "nobody");

/** For those who listen instead of looking. */
export const spokenSwap = swap =>
  `${swap.kind} ${swap.name}: ${swap.to || "nobody"} takes over from ${swap.from || "nobody"}`;
