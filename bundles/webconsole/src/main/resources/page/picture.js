// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0

// The picture: each device, from it a branch to each bundle that has contexts, on the branch its contexts with their
// objects. Where a bundle has many, a context is a small square, the darker the more it holds.

import { attribute, element, list, text } from "./dom.js";
import { counted, inWords, number } from "./format.js";
import { byOwner, deviceKey, leftOut } from "./model.js";
import { Roving } from "./roving.js";
import { spark, updateSpark } from "./spark.js";

const ROOMY = 12;
const MOST_GLYPHS = 10;
const DARKEST = 64;
const KINDS = [["tee", "teeObjects"], ["callback", "callbackObjects"], ["memory", "sharedMemories"]];

export class Picture {
  #root;
  #rates;
  #rovings = new WeakMap();

  constructor(root, rates) {
    this.#root = root;
    this.#rates = rates;
  }

  render(state) {
    if (state.devices.length === 0) {
      this.#root.replaceChildren(element("p", { class: "empty" },
        "There is no device. A backend and a secure channel for it make one."));
      return;
    }
    list(this.#root, state.devices, device => device.name,
      () => this.#device(), (node, device) => this.#update(node, device));
  }

  #device() {
    return element("article", { class: "device" },
      element("button", { type: "button", class: "node" },
        element("strong"), element("span", { class: "release" }), element("span", { class: "badge" }),
        element("span", { class: "releases" }), spark()),
      element("ul", { class: "owners" }),
      element("p", { class: "faint more" }));
  }

  #update(node, device) {
    const button = node.firstElementChild;
    const [name, release, badge, releases, rate] = button.children;
    button.dataset.select = `device/${device.name}`;
    text(name, device.name);
    text(release, device.release ? `version ${device.release}` : "");
    text(badge, device.development ? "development: protects nothing" : "");
    text(releases, device.pendingReleases > 0 ? `${counted(device.pendingReleases, "object")} to be released` : "");
    updateSpark(rate, this.#rates.of(deviceKey(device)));
    const [, owners, more] = node.children;
    list(owners, byOwner(device), each => each.owner, () => this.#owner(device.name),
      (branch, owner) => this.#updateOwner(branch, owner));
    text(more, leftOut(device, "owners") > 0 ? `and ${counted(leftOut(device, "owners"), "bundle")} more` : "");
    node.classList.toggle("unused", device.contextCount === 0);
  }

  #owner(device) {
    const tiles = element("div", { class: "tiles", role: "group" });
    this.#rovings.set(tiles, new Roving(tiles));
    return element("li", { class: "owner" },
      element("div", { class: "owner-head" },
        element("h3", {}, element("span"), " ", element("span", { class: "version" })),
        element("span", { class: "faint" })), tiles,
      element("button", { type: "button", class: "quiet more", "data-select": `contexts/${device}` }));
  }

  #updateOwner(branch, { owner, told, count, requests }) {
    const [head, tiles, more] = branch.children;
    const [bundle, version] = head.firstElementChild.children;
    text(bundle, owner.split(" ")[0]);
    text(version, owner.split(" ").slice(1).join(" "));
    text(head.lastElementChild, count > 1 ? counted(count, "context") : "");
    branch.classList.toggle("busy", requests > 0);
    const dense = told.length > ROOMY;
    tiles.classList.toggle("dense", dense);
    attribute(tiles, "aria-label", `contexts of ${owner}`);
    list(tiles, told, context => `${dense} ${context.id}`,
      context => element("button",
        { type: "button", class: "tile", tabindex: "-1", "data-select": `context/${context.id}` }),
      dense ? updateSquare : updateTile);
    text(more, count > told.length ? `and ${counted(count - told.length, "context")} more` : "");
    this.#rovings.get(tiles).refresh();
  }
}

/** Nothing is done to what looks the same already. */
function looksOtherwise(node, context) {
  const signature = [context.teeObjects, context.callbackObjects, context.sharedMemories, context.requests.length,
    context.closed].join();
  if (node.dataset.signature === signature) {
    return false;
  }
  node.dataset.signature = signature;
  node.classList.toggle("busy", context.requests.length > 0);
  node.classList.toggle("closed", context.closed);
  attribute(node, "aria-label", `context ${context.id}, ${inWords(context)}`);
  return true;
}

function updateSquare(node, context) {
  if (looksOtherwise(node, context)) {
    const objects = context.teeObjects + context.callbackObjects + context.sharedMemories;
    node.style.setProperty("--held", Math.min(1, Math.log2(1 + objects) / Math.log2(1 + DARKEST)).toFixed(2));
    attribute(node, "title", `context ${context.id}, ${inWords(context)}`);
  }
}

function updateTile(node, context) {
  if (looksOtherwise(node, context)) {
    const requests = context.requests.length;
    node.replaceChildren(
      element("span", { class: "id" }, `${context.id}`),
      element("span", { class: "glyphs" }, ...KINDS.flatMap(([kind, field]) => glyphs(kind, context[field]))),
      element("span", { class: "note" }, context.closed ? "closed" : requests > 0 ? counted(requests, "request") : ""));
  }
}

function glyphs(kind, count) {
  const shown = count > MOST_GLYPHS ? 1 : count;
  const marks = Array.from({ length: shown }, () => element("i", { class: `glyph ${kind}` }));
  return count > shown ? [...marks, element("span", { class: `times ${kind}` }, `×${number(count)}`)] : marks;
}
