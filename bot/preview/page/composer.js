// The text field: sending, editing the last message, completing commands.

import { element } from "./words.js";

export class Composer {
  constructor({ form, field, list, slash, editing, stop }, { send, lastOwn }) {
    Object.assign(this, { form, field, list, slash, editing, send, lastOwn });
    this.menu = [];
    this.edited = null;
    this.chosen = -1;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    field.addEventListener("input", () => this.#typed());
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => setTimeout(() => this.#close(), 150));
    slash.addEventListener("click", () => {
      if (!this.field.value) this.field.value = "/";
      this.field.focus();
      this.#typed();
    });
    stop.addEventListener("click", () => this.#edit(null));
  }

  #submit() {
    const text = this.field.value.trim();
    if (!text) return;
    this.send(text, this.edited?.id);
    this.#edit(null);
  }

  #edit(message) {
    this.edited = message;
    this.editing.hidden = !message;
    this.field.value = message?.text ?? "";
    this.field.focus();
    this.#typed();
  }

  #typed() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
    const begun = /^\/(\S*)$/.exec(this.field.value);
    const fitting = begun ? this.menu.filter((one) => one.command.startsWith(begun[1].toLowerCase())) : [];
    this.chosen = fitting.length ? 0 : -1;
    this.list.replaceChildren(...fitting.map((one, index) => this.#option(one, index)));
    this.#show(fitting.length > 0);
  }

  #option(one, index) {
    const made = element("li");
    made.role = "option";
    made.id = `command-${index}`;
    made.ariaSelected = String(index === this.chosen);
    made.dataset.command = one.command;
    made.append(element("b", "", `/${one.command}`), element("span", "", one.description));
    made.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#take(one.command);
    });
    return made;
  }

  #show(open) {
    this.list.hidden = !open;
    this.field.ariaExpanded = this.slash.ariaExpanded = String(open);
    const option = this.list.children[this.chosen];
    if (open && option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  #close() {
    this.#show(false);
  }

  #take(command) {
    this.field.value = "";
    this.#typed();
    this.send(`/${command}`);
  }

  #choose(step) {
    const options = [...this.list.children];
    this.chosen = (this.chosen + step + options.length) % options.length;
    options.forEach((one, index) => (one.ariaSelected = String(index === this.chosen)));
    options[this.chosen].scrollIntoView({ block: "nearest" });
    this.#show(true);
  }

  #key(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.#choose(event.key === "ArrowDown" ? 1 : -1);
    } else if (open && (event.key === "Tab" || event.key === "Enter")) {
      event.preventDefault();
      this.#take(this.list.children[this.chosen].dataset.command);
    } else if (event.key === "Escape") {
      if (this.edited) this.#edit(null);
      this.#close();
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
