// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0

// Shared memory: what is in use, what the pools keep, what may still be taken.

import { element, facts, text } from "./dom.js";
import { bytes, number } from "./format.js";

export class Memory {
  #root;
  #bar;
  #caption = element("p", { class: "caption" });
  #used = element("i", { class: "used" });
  #pooled = element("i", { class: "pooled" });
  #peak = element("i", { class: "peak" });
  #facts = element("dl", { class: "facts" });

  constructor(root) {
    this.#root = root;
    this.#bar = element("div", { class: "gauge", role: "img" }, this.#used, this.#pooled, this.#peak);
  }

  render({ memory }) {
    if (!memory) {
      this.#root.replaceChildren();
      return;
    }
    if (!this.#bar.isConnected) {
      this.#root.replaceChildren(this.#caption, this.#bar, this.#facts);
    }
    const part = size => `${Math.min(100, 100 * size / Math.max(1, memory.limit)).toFixed(2)}%`;
    this.#used.style.width = part(memory.inUse);
    this.#pooled.style.width = part(Math.max(0, memory.committed - memory.inUse));
    this.#peak.style.left = part(memory.peak);
    text(this.#caption, `${bytes(memory.inUse)} of ${bytes(memory.limit)} in use`);
    this.#bar.setAttribute("aria-label", this.#caption.textContent);
    facts(this.#facts, [
      ["in use", bytes(memory.inUse)],
      ["kept in pools", bytes(Math.max(0, memory.committed - memory.inUse))],
      ["peak", bytes(memory.peak)],
      ["given back, not yet freed by the JVM", bytes(memory.uncollected)],
      ["message buffers", number(memory.buffersInUse)],
      ["memory objects", number(memory.regions)],
      ["registered by callers", bytes(memory.registered)],
      ["refused", number(memory.refused)],
    ]);
    this.#root.classList.toggle("alarming", memory.refused > 0);
  }
}
