// The text field: sending, and changing the last message.

import { $ } from "./dom.js";
import { Commands } from "./commands.js";

export class Composer {
  #edited = null;

  constructor({ send, lastOwn }) {
    Object.assign(this, { send, lastOwn, field: $("field") });
    this.commands = new Commands({ field: this.field, list: $("commands"), slash: $("slash") }, send);
    $("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    $("stop-editing").addEventListener("click", () => this.#edit(null));
  }

  clear() {
    this.#edited = null;
    $("editing").hidden = true;
    this.field.value = "";
    this.#typed();
  }

  #submit() {
    const text = this.field.value.trim();
    if (!text) return;
    this.send(text, this.#edited?.id);
    this.#edit(null);
  }

  #edit(message) {
    this.#edited = message;
    $("editing").hidden = !message;
    this.field.value = message?.text ?? "";
    this.field.focus();
    this.#typed();
  }

  #typed() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
    this.commands.complete();
  }

  #key(event) {
    if (event.isComposing) return;
    if (this.commands.key(event)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Escape" && this.#edited) {
      event.stopPropagation();
      this.#edit(null);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "ArrowUp" && !this.field.value) {
      const message = this.lastOwn();
      if (!message) return;
      event.preventDefault();
      this.#edit(message);
    }
  }
}
