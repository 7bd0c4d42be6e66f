// The dialog in which somebody else comes: a new person, or a recorded one.

import { $, element } from "./dom.js";
import { get, post } from "./api.js";
import { OWN_ZONE, zones } from "./zone.js";

const NAMES = ["Sam", "Alex", "Robin", "Kim", "Noa", "Charlie", "Jo", "Mika"];
const A_WEEK = 7;
const PEOPLE = "/preview/people";

export class Newcomer {
  #transcripts = [];

  constructor(came) {
    this.came = came;
    $("newcomer-cancel").addEventListener("click", () => $("newcomer").close());
    $("newcomer-form").addEventListener("change", () => this.#choose());
    $("transcripts").addEventListener("change", () => this.#offerDays());
    $("newcomer-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#begin();
    });
    $("zones").append(...zones().map((zone) => option(zone)));
  }

  async open(names) {
    const { languages, transcripts } = await get(PEOPLE);
    const own = navigator.language.slice(0, 2);
    $("new-language").replaceChildren(...languages.map(([code, name]) => option(code, name, code === own)));
    this.#transcripts = transcripts;
    $("transcripts").replaceChildren(...transcripts.map((one, index) => choice(one, index === 0)));
    this.#offerDays();
    $("new-name").value = NAMES.find((one) => !names.includes(one)) ?? `Person ${names.length + 1}`;
    $("new-zone").value = OWN_ZONE;
    $("newcomer-form").elements.way[1].disabled = !transcripts.length;
    this.#choose();
    $("newcomer").showModal();
  }

  get #recorded() {
    return $("newcomer-form").elements.way.value === "recorded";
  }

  get #transcript() {
    return $("transcripts").querySelector(":checked")?.value;
  }

  #choose() {
    $("fresh-part").hidden = this.#recorded;
    $("recorded-part").hidden = !this.#recorded;
    $("newcomer-wrong").textContent = "";
  }

  #offerDays() {
    const days = this.#transcripts.find(({ name }) => name === this.#transcript)?.days ?? [];
    $("new-day").replaceChildren(...days.map((day, index) => option(index, day, index === Math.min(A_WEEK, days.length - 1))));
  }

  #wish() {
    if (this.#recorded) return { transcript: this.#transcript, days: Number($("new-day").value) };
    return { name: $("new-name").value.trim(), language_code: $("new-language").value, zone: $("new-zone").value.trim() };
  }

  #wrong(field, text) {
    $("newcomer-wrong").textContent = text;
    field.focus();
  }

  async #begin() {
    const wish = this.#wish();
    if (wish.name === "") return this.#wrong($("new-name"), "Give a name.");
    if ("zone" in wish && !zones().includes(wish.zone)) {
      return this.#wrong($("new-zone"), "No such time zone. Pick one from the list, such as Europe/Berlin.");
    }
    $("newcomer-do").disabled = true;
    try {
      const made = await post(PEOPLE, wish);
      $("newcomer").close();
      this.came(made);
    } catch (error) {
      this.#wrong($("newcomer-do"), error.message);
    } finally {
      $("newcomer-do").disabled = false;
    }
  }
}

function option(value, words = value, chosen = false) {
  const made = element("option", "", words);
  made.value = value;
  made.selected = chosen;
  return made;
}

function choice({ name, title }, chosen) {
  const made = element("label");
  const dot = element("input");
  dot.type = "radio";
  dot.name = "transcript";
  dot.value = name;
  dot.checked = chosen;
  made.append(dot, element("span", "", title));
  return made;
}
