// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0

// The only place that makes elements. Text is always text: nothing that Ermine tells is taken for markup.

const SVG = "http://www.w3.org/2000/svg";

export const byId = id => document.getElementById(id);

/** An element; children are nodes or text. */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** An element of a drawing. */
export function drawn(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    attribute(node, name, value);
  }
  node.append(...children);
  return node;
}

/** Sets an attribute, or takes it away where the value is false, null or undefined. */
export function attribute(node, name, value) {
  if (value === false || value === null || value === undefined) {
    node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, value);
  }
}

export function text(node, value) {
  if (node.textContent !== String(value)) {
    node.textContent = value;
  }
}

/**
 * Makes the children of a node those of a list, in its order. What has the same key stays the same element, so that
 * focus and animations outlive a change.
 */
export function list(parent, items, keyOf, create, update = () => {}) {
  const keys = items.map(item => String(keyOf(item)));
  const wanted = new Set(keys);
  const present = new Map();
  for (const child of [...parent.children]) {
    if (wanted.has(child.dataset.key)) {
      present.set(child.dataset.key, child);
    } else {
      child.remove();
    }
  }
  let next = parent.firstElementChild;
  items.forEach((item, i) => {
    let node = present.get(keys[i]);
    if (!node) {
      node = create(item);
      node.dataset.key = keys[i];
    }
    if (node === next) {
      next = next.nextElementSibling;
    } else {
      parent.insertBefore(node, next);
    }
    update(node, item);
  });
}

/** Terms and what is said of them, as a definition list. */
export function facts(parent, pairs) {
  list(parent, pairs, ([term]) => term, ([term]) => element("div", {}, element("dt", {}, term), element("dd")),
    (node, [, value]) => text(node.lastElementChild, value));
}

/** Beside this page, without the name and password that its own address may have: no question may have these. */
export const here = path => new URL(path, location.origin + location.pathname);

export const animated = () => !matchMedia("(prefers-reduced-motion: reduce)").matches;
