// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0

// All contexts of a device, page by page, as they were when a page was asked for.

import { element, here, text } from "./dom.js";
import { clock, counted, inWords } from "./format.js";

const FIRST = 0;

export class ContextPages {
  #root;
  #title;
  #rows;
  #next;
  #device;
  #last;

  constructor(root) {
    this.#root = root;
  }

  open(device) {
    this.#device = device;
    this.#title = element("h3");
    this.#rows = element("ul", { class: "listed" });
    this.#next = element("button", { type: "button", class: "quiet" }, "Next");
    const first = element("button", { type: "button", class: "quiet" }, "First");
    first.addEventListener("click", () => this.#ask(FIRST));
    this.#next.addEventListener("click", () => this.#ask(this.#last));
    this.#root.replaceChildren(element("p", { class: "turn" }, first, " ", this.#next), this.#title, this.#rows);
    this.#ask(FIRST);
  }

  /** @param after the id after which the page begins */
  async #ask(after) {
    const device = this.#device;
    const rows = this.#rows;
    const name = device.split("/").map(encodeURIComponent).join("/"); // servers refuse encoded slashes
    const url = `devices/${name}/contexts/${after}.json`;
    const response = await fetch(here(url), { cache: "no-store" }).catch(() => null);
    if (rows !== this.#rows) {
      return; // another one was opened meanwhile
    }
    if (response?.ok) {
      this.#show(await response.json());
    } else {
      text(this.#title, "The contexts cannot be had; try again.");
    }
  }

  #show(contexts) {
    this.#last = contexts.at(-1)?.id ?? this.#last;
    this.#next.disabled = contexts.length === 0;
    text(this.#title, contexts.length === 0 ? "There are no more."
      : `${counted(contexts.length, "context")} from ${contexts[0].id} on, at ${clock(Date.now())}`);
    this.#rows.replaceChildren(...contexts.map(context => element("li", {},
      element("strong", {}, String(context.id)), element("span", {}, context.owner),
      element("span", { class: "faint" }, inWords(context)))));
  }
}
