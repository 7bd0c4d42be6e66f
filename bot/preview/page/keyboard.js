// A reply keyboard below the text field: each key says its label.

import { $, button, element } from "./dom.js";

const PLACEHOLDER = "Message";

export class Keyboard {
  #given = "null";

  constructor(say) {
    this.say = say;
    $("show-keyboard").addEventListener("click", () => this.#show($("keyboard").hidden));
  }

  update(keyboard) {
    const given = JSON.stringify(keyboard ?? null);
    if (given === this.#given) return;
    this.#given = given;
    $("field").placeholder = keyboard?.placeholder || PLACEHOLDER;
    $("keyboard").replaceChildren(...(keyboard?.rows ?? []).map((row) => this.#row(row, keyboard.one_time)));
    $("show-keyboard").hidden = !keyboard;
    this.#show(Boolean(keyboard));
  }

  #row(labels, once) {
    const row = element("div");
    row.append(...labels.map((label) => button("", label, () => this.#press(label, once))));
    return row;
  }

  #press(label, once) {
    this.say(label);
    if (!once) return;
    this.#show(false);
    $("field").focus({ preventScroll: true });
  }

  #show(open) {
    $("keyboard").hidden = !open;
    $("show-keyboard").ariaExpanded = String(open);
  }
}
