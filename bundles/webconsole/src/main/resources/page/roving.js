// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0

// Many elements, one stop of the tabulator: the arrow keys, Home and End move between them.

const STEPS = {
  ArrowRight: (items, at) => items[at + 1],
  ArrowLeft: (items, at) => items[at - 1],
  ArrowDown: (items, at) => nextRow(items.slice(at), items[at]),
  ArrowUp: (items, at) => nextRow(items.slice(0, at + 1).reverse(), items[at]),
  Home: items => items[0],
  End: items => items.at(-1),
};

export class Roving {
  #container;

  constructor(container) {
    this.#container = container;
    container.addEventListener("keydown", event => this.#move(event));
    container.addEventListener("focusin", event => this.#stopAt(event.target));
  }

  /** To be called after elements came or went. */
  refresh() {
    const items = [...this.#container.children];
    if (items.length > 0 && !items.some(item => item.tabIndex === 0)) {
      items[0].tabIndex = 0;
    }
  }

  #move(event) {
    const items = [...this.#container.children];
    const at = items.indexOf(document.activeElement);
    const target = at >= 0 && STEPS[event.key]?.(items, at);
    if (target) {
      event.preventDefault();
      target.focus();
    }
  }

  #stopAt(target) {
    for (const item of this.#container.querySelectorAll(":scope > [tabindex='0']")) {
      item.tabIndex = -1;
    }
    target.tabIndex = 0;
  }
}

/** Of those that follow, the one in the next row that is nearest. */
function nextRow(following, from) {
  const rows = following.filter(item => item.offsetTop !== from.offsetTop);
  return rows.filter(item => item.offsetTop === rows[0].offsetTop)
    .sort((a, b) => Math.abs(a.offsetLeft - from.offsetLeft) - Math.abs(b.offsetLeft - from.offsetLeft))[0];
}
