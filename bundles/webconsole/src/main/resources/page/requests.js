// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0

// Requests on their way: queued, processed, answered. A request that changes its state is seen to move.

import { animated, attribute, element, list, text } from "./dom.js";
import { counted, duration } from "./format.js";
import { untoldRequests } from "./model.js";

const LANES = [["QUEUED", "Queued"], ["PROCESSING", "Processing"], ["ANSWERED", "Answered"]];
const MOST_CHIPS = 40;
const MOVE = { duration: 350, easing: "cubic-bezier(.3, 0, .2, 1)" };

export class Requests {
  #lanes = new Map();
  #chips = new Map();
  #untold;

  constructor(root, untold) {
    this.#untold = untold;
    for (const [state, title] of LANES) {
      const count = element("span", { class: "count" }, "0");
      const chips = element("ul", { class: "chips" });
      const more = element("p", { class: "faint more" });
      root.append(element("div", { class: `lane ${state.toLowerCase()}` },
        element("h3", {}, title, " ", count), chips, more));
      this.#lanes.set(state, { count, chips, more });
    }
  }

  /** @param requests see RequestFlow.follow */
  render(requests, state) {
    const untold = untoldRequests(state);
    text(this.#untold, untold > 0
      ? `and ${counted(untold, "more waits", "more wait")} in contexts that are not shown`
      : "");
    const focused = document.activeElement;
    const before = new Map([...this.#chips].map(([key, chip]) => [key, chip.getBoundingClientRect()]));
    const stay = new Set(requests.map(request => request.key));
    for (const key of this.#chips.keys()) {
      if (!stay.has(key)) {
        this.#chips.delete(key);
      }
    }
    for (const [state, lane] of this.#lanes) {
      this.#fill(lane, requests.filter(request => request.state === state).sort((a, b) => b.age - a.age), state);
    }
    if (focused?.isConnected && focused !== document.activeElement) {
      focused.focus(); // it has changed lanes
    }
    if (animated()) {
      this.#move(before);
    }
  }

  #fill(lane, requests, state) {
    text(lane.count, state === "ANSWERED" && requests.length === 0 ? "" : requests.length);
    list(lane.chips, requests.slice(0, MOST_CHIPS), request => request.key, request => this.#chip(request),
      (chip, request) => this.#update(chip, request));
    text(lane.more, requests.length > MOST_CHIPS ? `and ${counted(requests.length - MOST_CHIPS, "more", "more")}` : "");
  }

  /** One element for a request, whatever lane it is in. */
  #chip(request) {
    if (!this.#chips.has(request.key)) {
      this.#chips.set(request.key, element("li", { class: "chip" },
        element("button", { type: "button", "data-select": `request/${request.key}` },
          element("strong"), element("span", { class: "faint" }))));
    }
    return this.#chips.get(request.key);
  }

  #update(chip, request) {
    const [what, when] = chip.firstElementChild.children;
    chip.dataset.state = request.state;
    text(what, `operation ${request.op} of object ${request.object}`);
    text(when, `context ${request.context}, ${duration(request.age)}`);
    attribute(chip.firstElementChild, "aria-label",
      `${what.textContent} of ${request.owner}, ${request.state.toLowerCase()}, ${duration(request.age)}`);
  }

  #move(before) {
    for (const [key, chip] of this.#chips) {
      const from = before.get(key);
      const to = chip.getBoundingClientRect();
      if (from && from.width > 0 && (from.left !== to.left || from.top !== to.top)) {
        const back = `translate(${from.left - to.left}px, ${from.top - to.top}px)`;
        chip.animate([{ transform: back }, { transform: "none" }], MOVE);
      }
    }
  }
}
