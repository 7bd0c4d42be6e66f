// Behind the scenes: what the bot knows of this person, plans for them, and did.

import { $, element, gently, icon } from "./dom.js";
import { at, get } from "./api.js";

const REST = 300;
const NARROW = matchMedia("(width < 1100px)");
const COVERED = [".top", ".side", ".chat"];

export class Behind {
  constructor() {
    this.person = null;
    this.reading = null;
    this.refresh = gently(() => this.#refresh(), REST);
    $("open-behind").addEventListener("click", () => this.#show($("behind").hidden));
    $("shut-behind").addEventListener("click", () => this.#show(false));
    NARROW.addEventListener("change", () => this.#cover());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.isOpen && !event.defaultPrevented) this.#show(false);
    });
  }

  get isOpen() {
    return !$("behind").hidden;
  }

  show(person, reading) {
    this.person = person;
    this.reading = reading;
    this.heard();
  }

  heard() {
    if (this.isOpen) this.refresh();
  }

  #show(open) {
    $("behind").hidden = !open;
    $("app").classList.toggle("with-behind", open);
    $("open-behind").ariaExpanded = String(open);
    this.#cover();
    if (open) $("behind").focus();
    else $("open-behind").focus();
    this.heard();
  }

  /** Where the panel lies over the chat, what is below can't be reached. */
  #cover() {
    for (const part of COVERED) document.querySelector(part).inert = this.isOpen && NARROW.matches;
  }

  async #refresh() {
    if (!this.isOpen) return;
    const person = this.person;
    try {
      const told = await get(at(person, "behind"));
      if (person === this.person) this.#draw(told);
    } catch (error) {
      $("pid").textContent = error.message;
    }
  }

  #draw({ person, state, coming, decisions, redis }) {
    $("pid").replaceChildren(
      ...(person ? ["Kept under the made-up name ", element("code", "", person), ", not under an account."] : ["Nothing is kept about this person."]),
    );
    $("state").replaceChildren(...state.map((part) => table(part)));
    $("coming").replaceChildren(...filled(coming.map((one) => this.#coming(one)), "Nothing is planned."));
    $("decisions").replaceChildren(...filled(decisions.map((one) => this.#decision(one)), "Nothing yet."));
    $("redis").replaceChildren(...filled(redis.map((one) => record(one)), "Nothing."));
  }

  #coming({ at: instant, what, why }) {
    const made = element("li");
    made.append(this.#time(instant), element("b", "", what));
    if (why) made.append(element("span", "why", why));
    return made;
  }

  #decision({ at: instant, event, then }) {
    const made = element("li");
    const list = element("ul");
    list.append(...then.map((one) => element("li", "", one)));
    made.append(this.#time(instant), element("b", "", event), list);
    return made;
  }

  #time(instant) {
    const made = element("time", "", this.reading.moment(instant));
    made.dateTime = instant;
    return made;
  }
}

function filled(nodes, otherwise) {
  return nodes.length ? nodes : [element("li", "none", otherwise)];
}

function table({ title, rows }) {
  const made = element("section");
  const list = element("dl");
  for (const [name, value] of rows) {
    const pair = element("div");
    pair.append(element("dt", "", name), element("dd", "", value));
    list.append(pair);
  }
  made.append(element("h3", "", title), list);
  return made;
}

function record({ key, kind, fields }) {
  const made = element("article", "record");
  const head = element("h4");
  head.append(element("code", "", key), element("span", "kind", kind));
  const list = element("dl");
  for (const { name, shown, sealed } of fields) {
    const pair = element("div");
    const value = element("dd");
    if (sealed) value.append(seal());
    value.append(element("span", "", shown));
    pair.append(element("dt", "", name), value);
    list.append(pair);
  }
  made.append(head, list);
  return made;
}

function seal() {
  const made = element("span", "sealed");
  made.append(icon("lock"), "sealed");
  return made;
}
