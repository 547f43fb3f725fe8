// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0

// Puts the page together: the state goes from the poll to the parts that show it.

import { attribute, byId, element, list, text } from "./dom.js";
import { number } from "./format.js";
import { Details } from "./details.js";
import { Handlers, spokenSwap, Swaps } from "./handlers.js";
import { Latency } from "./latency.js";
import { Memory } from "./memory.js";
import { counters, LatencyWindow, Rates, RequestFlow, SwapWatch, totals } from "./model.js";
import { Picture } from "./picture.js";
import { Poll } from "./poll.js";
import { Requests } from "./requests.js";

const rates = new Rates();
const flow = new RequestFlow();
const swapWatch = new SwapWatch();
const picture = new Picture(byId("devices"), rates);
const requests = new Requests(byId("lanes"), byId("untold"));
const handlers = new Handlers(byId("handlers"), byId("failed"), byId("handlers-more"), rates);
const swaps = new Swaps(byId("swaps"));
const memory = new Memory(byId("memory"));
const recent = new LatencyWindow();
const latency = new Latency(byId("latency"), recent);
const details = new Details(byId("details"));

let latest = null;
let shown = [];
let serverNow = 0;

const poll = new Poll("state.json", {
  changed(state, serverTime) {
    latest = state;
    memory.render(state);
    renderTotals(state);
    renderMoving(serverTime);
    tellSwaps(swapWatch.fresh(state));
  },
  unchanged: renderMoving,
  failed(reason) {
    contact("lost", "no contact");
    text(byId("trouble"), `What you see may be out of date: ${reason}. The page tries again by itself.`);
    byId("trouble").hidden = false;
  },
});

/** What moves although the state is the same: ages, rates, requests that were answered. */
function renderMoving(now) {
  const at = performance.now();
  serverNow = now;
  rates.sample(counters(latest), at);
  recent.sample(latest, at);
  shown = flow.follow(latest, at);
  requests.render(shown, latest);
  picture.render(latest);
  handlers.render(latest);
  swaps.render(latest, now);
  latency.render(latest);
  details.render(latest, shown, now);
  byId("trouble").hidden = true;
  contact("live", "live");
}

function contact(state, words) {
  byId("contact").dataset.state = state;
  text(byId("contact-text"), words);
}

function renderTotals(state) {
  const count = totals(state);
  const entries = [
    ["device(s)", count.devices], ["context(s)", count.contexts], ["TEE object(s)", count.teeObjects],
    ["callback object(s)", count.callbackObjects], ["waiting request(s)", count.requests],
    ["handler(s)", count.handlers],
    ...count.failed > 0 ? [["cannot be used", count.failed]] : [],
  ];
  list(byId("totals"), entries, ([name]) => name, () => element("li", {}, element("b"), " ", element("span")),
    (node, [name, value]) => {
      text(node.firstElementChild, number(value));
      text(node.lastElementChild, name.replace("(s)", value === 1 ? "" : "s"));
    });
}

function tellSwaps(fresh) {
  if (fresh.length > 0) {
    handlers.flash(fresh);
    text(byId("news"), fresh.map(spokenSwap).join("; "));
  }
}

document.addEventListener("click", event => {
  const opener = event.target.closest("[data-select]");
  if (opener && latest) {
    details.open(opener.dataset.select, opener);
    details.render(latest, shown, serverNow);
    details.focus();
  }
});

byId("pause").addEventListener("click", () => {
  poll.paused = !poll.paused;
  attribute(byId("pause"), "aria-pressed", String(poll.paused));
  text(byId("pause"), poll.paused ? "Go on" : "Pause");
  contact(poll.paused ? "paused" : "waiting", poll.paused ? "paused" : "connecting");
});

poll.start();
