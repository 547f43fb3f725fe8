// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0

// All there is to say of one element. It follows the state, and stays when the element has gone.

import { attribute, element, facts, here, list, text } from "./dom.js";
import { clock, counted, duration, number } from "./format.js";
import { allContexts, broken, isSwapOf } from "./model.js";
import { ContextPages } from "./pages.js";

const OBJECTS_EVERY_MILLIS = 1000;

const NAMES = { tee: "TEE object", callback: "callback object", memory: "shared memory" };

const hex = value => `0x${value.toString(16)}`;
const since = (millis, now) => `${clock(millis)}, ${duration(now - millis)} ago`;

/** How each kind of element is found in the state, and what is said of it. */
const KINDS = {
  device: {
    find: (state, name) => state.devices.find(device => device.name === name),
    title: device => `Device ${device.name}`,
    facts: device => [
      ["version", device.release || "it tells none"],
      ["implementation", number(device.implementation)],
      ["for development only", device.development ? "yes: it protects nothing" : "no"],
      ["contexts", number(device.contextCount)],
      ["invocations", number(device.invocations)],
      ["callbacks", number(device.callbacks)],
      ["objects to be released", number(device.pendingReleases)],
      ["objects lost without being closed", number(device.leakedObjects)],
      ["calls from which the TEE did not return", number(device.abandonedCalls)],
    ],
  },
  contexts: {
    find: (state, name) => state.devices.find(device => device.name === name),
    title: device => `All contexts of ${device.name}`,
    facts: device => [
      ["contexts", number(device.contextCount)],
      ["bundles that have some", number(device.owners.length)],
    ],
  },
  context: {
    find: (state, id) => allContexts(state).find(context => String(context.id) === id),
    title: context => `Context ${context.id}`,
    facts: (context, state, now) => [
      ["owner", context.owner],
      ["bundle", number(context.ownerBundleId)],
      ["opened", since(context.openedAt, now)],
      ["state", context.closed ? "closed, but the TEE still holds objects of it" : "open"],
      ["references", number(context.references)],
      ["invocations", number(context.invocations)],
      ["callbacks", number(context.callbacks)],
      ["TEE objects", number(context.teeObjects)],
      ["callback objects", number(context.callbackObjects)],
      ["shared memories", number(context.sharedMemories)],
      ["requests waiting", context.requests
        .map(request => `${request.id} (${request.state}, ${duration(request.age)})`).join(", ") || "none"],
    ],
  },
  handler: {
    find: (state, id) => state.handlers.find(handler => String(handler.serviceId) === id),
    title: handler => `Handler of ${handler.kind} ${handler.name}`,
    facts: (handler, state, now) => [
      ["bundle", handler.bundle],
      ["service", number(handler.serviceId)],
      ["ranking", number(handler.ranking)],
      ["state", handler.active ? "serves" : "stands by"],
      ["bound", since(handler.boundAt, now)],
      ["devices that know it",
        handler.devices.join(", ") || (handler.kind === "listener" ? "none" : "it is asked for by name")],
      ["requests", number(handler.requests)],
      ["in progress", number(handler.inProgress)],
      ["failures", number(handler.failures)],
      ["swaps", number(state.swaps.filter(isSwapOf(handler)).length)],
    ],
  },
  failed: {
    find: (state, id) => broken(state).find(handler => String(handler.serviceId) === id),
    title: handler => `${handler.kind} ${handler.name ?? ""} cannot be used`,
    facts: handler => [["reason", handler.reason], ["bundle", handler.bundle], ["service", number(handler.serviceId)]],
  },
  request: {
    find: (state, key, requests) => requests.find(request => request.key === key),
    title: request => `Request ${request.id}`,
    facts: request => [
      ["state", request.state],
      ["callback object", number(request.object)],
      ["operation", hex(request.op)],
      ["context", `${request.context} of ${request.owner}`],
      ["age", duration(request.age)],
    ],
  },
};

export class Details {
  #panel;
  #title = element("h2", { id: "details-title", tabindex: "-1" });
  #gone = element("p", { class: "gone", hidden: true }, "It is no longer there. This is what was last known.");
  #facts = element("dl", { class: "facts" });
  #objects = element("div", { class: "objects" });
  #pages = new ContextPages(this.#objects);
  #selection = null;
  #opener = null;
  #askedAt = 0;

  constructor(panel) {
    this.#panel = panel;
    const close = element("button", { type: "button", class: "quiet" }, "Close");
    close.addEventListener("click", () => this.close());
    panel.append(element("div", { class: "panel-head" }, this.#title, close), this.#gone, this.#facts, this.#objects);
    document.addEventListener("keydown", event => event.key === "Escape" && this.close());
  }

  /** @param name kind and id, as an element tells in its data-select */
  open(name, opener) {
    const slash = name.indexOf("/");
    this.#mark(false);
    this.#selection = { kind: KINDS[name.slice(0, slash)], kindName: name.slice(0, slash), id: name.slice(slash + 1) };
    this.#opener = opener;
    this.#askedAt = 0;
    this.#mark(true);
    this.#objects.replaceChildren();
    this.#facts.replaceChildren();
    this.#panel.hidden = false;
    if (this.#selection.kindName === "contexts") {
      this.#pages.open(this.#selection.id);
    }
  }

  focus() {
    this.#title.focus();
  }

  close() {
    if (this.#panel.hidden) {
      return;
    }
    this.#mark(false);
    this.#panel.hidden = true;
    this.#selection = null;
    if (this.#opener?.isConnected) {
      this.#opener.focus();
    }
  }

  #mark(selected) {
    if (this.#opener) {
      attribute(this.#opener, "aria-expanded", selected ? "true" : null);
    }
  }

  render(state, requests, now) {
    if (!this.#selection) {
      return;
    }
    const { kind, kindName, id } = this.#selection;
    const found = kind.find(state, id, requests);
    this.#gone.hidden = found !== undefined;
    if (found === undefined) {
      return;
    }
    text(this.#title, kind.title(found));
    facts(this.#facts, kind.facts(found, state, now));
    if (kindName === "context") {
      this.#askForObjects(id, found);
    }
  }

  async #askForObjects(id, context) {
    const now = performance.now();
    if (now - this.#askedAt < OBJECTS_EVERY_MILLIS) {
      return;
    }
    this.#askedAt = now;
    const selection = this.#selection;
    const response = await fetch(here(`contexts/${id}.json`), { cache: "no-store" }).catch(() => null);
    if (response?.ok && selection === this.#selection) {
      this.#showObjects(await response.json(), context);
    }
  }

  #showObjects(objects, context) {
    const all = context.teeObjects + context.callbackObjects + context.sharedMemories;
    if (!this.#objects.firstElementChild) {
      this.#objects.append(element("h3"), element("ul"));
    }
    const [title, rows] = this.#objects.children;
    text(title, all > objects.length
      ? `The oldest ${number(objects.length)} of ${counted(all, "object")}`
      : counted(objects.length, "object"));
    list(rows, objects, object => `${object.kind} ${object.id}`,
      object => element("li", {}, element("i", { class: `glyph ${object.kind}` }),
        element("span", {}, `${NAMES[object.kind] ?? object.kind} ${object.id}`),
        element("span", { class: "faint" }, object.description)));
  }
}
