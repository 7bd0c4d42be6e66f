// The chat itself: messages in order, day by day, changed and taken away as the bot does it.

import { element } from "./dom.js";
import { drawn } from "./message.js";

const NEAR = 80;
const GOING = 260;

export class Log {
  #messages = new Map();
  #days = [];
  #taps = new Map();
  #rested = new Set();
  #line = null;
  #reading = null;
  #following = true;
  #fresh = true;
  #top = 0;

  /** `seen` is the newest message that stood before somebody's eyes; `looked` hears of changes. */
  constructor(root, scroll, { say, tap }, looked) {
    Object.assign(this, { root, scroll, tap, looked, seen: 0 });
    this.acts = { say, tap: (id, data, key) => this.#tap(id, data, key) };
    scroll.addEventListener("scroll", () => this.#scrolled());
    const sizes = new ResizeObserver(() => this.#following && this.toEnd());
    sizes.observe(root);
    sizes.observe(scroll);
  }

  /** Begins anew, for somebody who has seen everything up to that message (or nothing yet). */
  open(reading, seen) {
    this.root.replaceChildren();
    this.root.ariaBusy = "true";
    this.#messages.clear();
    this.#taps.clear();
    this.#days = [];
    this.#line = null;
    this.#reading = reading;
    this.#following = this.#fresh = true;
    this.#top = 0;
    this.seen = seen ?? Infinity;
  }

  get isEmpty() {
    return this.#messages.size === 0;
  }

  /** How many messages of the bot came below what was seen. */
  get unread() {
    return this.#following ? 0 : this.#below().length;
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  update(changes, busy) {
    if (changes.messages.some((one) => !one.from_bot) && !this.#fresh) this.#answered();
    for (const id of changes.removed) this.#remove(id);
    for (const message of changes.messages) this.#place(message);
    this.#rested = new Set(changes.toasts.map((one) => one.tap_id));
    for (const tap of this.#rested) this.#rest(tap);
    this.#markUnread();
    if (this.#following) this.toEnd();
    this.#fresh = false;
    if (this.seen === Infinity) this.seen = Math.max(0, ...this.#messages.keys());
    this.#look();
    this.root.ariaBusy = String(busy);
    this.root.dataset.revision = changes.revision;
  }

  lastOwn() {
    return [...this.#messages.values()].map((one) => one.message).findLast((one) => !one.from_bot && one.text);
  }

  #below() {
    return [...this.#messages.values()].filter(({ message }) => message.from_bot && message.id > this.seen);
  }

  #answered() {
    this.#following = true;
    this.#line?.remove();
    this.#line = null;
  }

  #scrolled() {
    // What grows below (a picture that loads) leaves the end out of sight, but nobody went away.
    const upwards = this.scroll.scrollTop < this.#top;
    this.#top = this.scroll.scrollTop;
    if (this.atEnd) this.#following = true;
    else if (upwards) this.#following = false;
    this.#look();
  }

  #look() {
    if (this.#fresh) return;
    if (this.#following && !document.hidden) this.seen = Math.max(0, ...this.#messages.keys());
    this.looked(this);
  }

  #markUnread() {
    const away = document.hidden || (this.#fresh && this.seen !== Infinity);
    const first = this.#below()[0];
    if (!away || !first || this.#line) return;
    this.#line = element("p", "unread", "Unread messages");
    first.node.before(this.#line);
    if (!this.#fresh) return;
    this.#following = false;
    this.#line.scrollIntoView({ block: "start" });
  }

  #place(message) {
    const known = this.#messages.get(message.id);
    const written = JSON.stringify(message);
    if (known?.written === written) return;
    const node = drawn(message, known !== undefined, this.#reading, this.acts);
    if (known) this.#swap(known.node, node);
    else this.#day(message).append(node);
    this.#messages.set(message.id, { message, node, written });
  }

  #swap(old, node) {
    const focused = old.contains(document.activeElement);
    old.replaceWith(node);
    // Who uses a keyboard stands where they stood: the next Tab reaches the new keys.
    if (focused) node.focus({ preventScroll: true });
  }

  #day(message) {
    const said = this.#reading.day(message.date);
    const last = this.#days.at(-1);
    if (last?.said === said) return last.node;
    const node = element("div", "day-part");
    node.append(element("p", "day", said));
    this.root.append(node);
    this.#days.push({ said, node });
    return node;
  }

  #remove(id) {
    const known = this.#messages.get(id);
    if (!known) return;
    this.#messages.delete(id);
    if (known.node.contains(document.activeElement)) this.scroll.focus({ preventScroll: true });
    known.node.classList.add("going");
    known.node.inert = true;
    setTimeout(() => this.#take(known.node), GOING);
  }

  #take(node) {
    node.remove();
    const empty = this.#days.filter((day) => !day.node.querySelector(".message"));
    for (const day of empty) day.node.remove();
    this.#days = this.#days.filter((day) => !empty.includes(day));
  }

  async #tap(id, data, key) {
    key.ariaBusy = "true";
    const tap = await this.tap(id, data);
    // The answer may have come before we know what it answers.
    if (tap && !this.#rested.has(tap)) this.#taps.set(tap, key);
    else key.ariaBusy = "false";
  }

  #rest(tap) {
    const key = this.#taps.get(tap);
    if (key) key.ariaBusy = "false";
    this.#taps.delete(tap);
  }
}
