// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0

// Asks the server for the state again and again: only while somebody can see the page, one question at a time, and less
// often while there is no answer. What has not changed is not sent again.

import { here } from "./dom.js";

const PERIOD_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 8000;
const PATIENCE_MILLIS = 10000;

export class Poll {
  #url;
  #listener;
  #tag = null;
  #failures = 0;
  #timer = null;
  #asking = false;
  #paused = false;

  /** @param listener has changed(state, serverTime), unchanged(serverTime) and failed(reason) */
  constructor(url, listener) {
    this.#url = url;
    this.#listener = listener;
    document.addEventListener("visibilitychange", () => this.#schedule(0));
  }

  start() {
    this.#schedule(0);
  }

  get paused() {
    return this.#paused;
  }

  set paused(paused) {
    this.#paused = paused;
    this.#schedule(0);
  }

  #schedule(millis) {
    clearTimeout(this.#timer);
    if (!this.#paused && !document.hidden) {
      this.#timer = setTimeout(() => this.#ask(), millis);
    }
  }

  async #ask() {
    if (this.#asking) {
      return;
    }
    this.#asking = true;
    const tell = await this.#answer();
    this.#asking = false;
    this.#schedule(Math.min(PERIOD_MILLIS * 2 ** this.#failures, LONGEST_PAUSE_MILLIS));
    tell();
  }

  /** What the listener has to be told. */
  async #answer() {
    try {
      const tell = await this.#understood(await this.#question());
      this.#failures = 0;
      return tell;
    } catch (problem) {
      this.#failures++;
      return () => this.#listener.failed(problem.message);
    }
  }

  #question() {
    return fetch(here(this.#url), {
      cache: "no-store",
      headers: this.#tag ? { "If-None-Match": this.#tag } : {},
      signal: AbortSignal.timeout(PATIENCE_MILLIS),
    });
  }

  async #understood(response) {
    const serverTime = Date.parse(response.headers.get("Date") ?? "") || Date.now();
    if (response.status === 304) {
      return () => this.#listener.unchanged(serverTime);
    }
    if (!response.ok) {
      throw new Error(`the server answers ${response.status} ${response.statusText}`.trim());
    }
    if (!response.headers.get("Content-Type")?.startsWith("application/json")) {
      throw new Error("the console wants you to log in again: reload the page");
    }
    const state = await response.json();
    this.#tag = response.headers.get("ETag");
    return () => this.#listener.changed(state, serverTime);
  }
}
