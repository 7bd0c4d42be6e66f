// The people at the phone, as tabs: arrow keys go from one to the next.

import { element } from "./dom.js";

const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
const HUES = 6;

export class People {
  #seen = new Map();
  #shown = "";

  constructor(list, chosen) {
    Object.assign(this, { list, chosen, all: [], current: null });
    list.addEventListener("keydown", (event) => this.#key(event));
  }

  get names() {
    return this.all.map((one) => one.name);
  }

  find(id) {
    return this.all.find((one) => one.id === id);
  }

  /** The newest message that this person has seen, or nothing if they were not looked at yet. */
  seenBy(id) {
    return this.#seen.get(id);
  }

  saw(id, message) {
    this.#seen.set(id, message);
    this.#draw();
  }

  update(all) {
    // What stands there when somebody is first heard of is nothing new.
    const firstHeard = all.filter((one) => one.unread_at !== undefined && !this.#seen.has(one.id));
    for (const one of firstHeard) this.#seen.set(one.id, one.unread_at);
    this.all = all;
    this.#draw();
  }

  choose(id) {
    this.current = id;
    this.#draw();
  }

  #draw() {
    const tabs = this.all.map((one) => ({ ...one, now: one.id === this.current, fresh: this.#isFresh(one) }));
    const wanted = JSON.stringify(tabs.map(({ id, name, zone, now, fresh }) => [id, name, zone, now, fresh]));
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    const focused = this.list.contains(document.activeElement);
    this.list.replaceChildren(...tabs.map((one) => this.#tab(one)));
    const chosen = this.list.querySelector("[aria-selected=true]");
    chosen?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (focused) chosen?.focus();
  }

  #isFresh({ id, unread_at: newest }) {
    return id !== this.current && newest > (this.#seen.get(id) ?? 0);
  }

  #tab({ id, name, zone, now, fresh }) {
    const made = element("button", "tab");
    made.type = "button";
    made.role = "tab";
    made.id = `tab-${id}`;
    made.ariaSelected = String(now);
    made.setAttribute("aria-controls", "scroll");
    made.tabIndex = now ? 0 : -1;
    const face = element("span", `face hue-${id % HUES}`, name.trim().slice(0, 1).toUpperCase());
    face.ariaHidden = "true";
    const who = element("span", "tab-name", name);
    const where = element("span", "tab-zone", (zone ?? "").split("/").at(-1).replaceAll("_", " "));
    made.append(face, who, where);
    if (fresh) made.append(element("span", "badge", "new"));
    made.addEventListener("click", () => this.chosen(id));
    return made;
  }

  #key(event) {
    const tabs = [...this.list.children];
    const at = tabs.indexOf(document.activeElement);
    const ends = { Home: 0, End: tabs.length - 1 };
    const to = event.key in STEPS ? (at + STEPS[event.key] + tabs.length) % tabs.length : ends[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    tabs[to].focus();
    this.chosen(this.all[to].id);
  }
}
