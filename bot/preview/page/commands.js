// The command menu above the text field: typing "/" completes.

import { element } from "./dom.js";

export class Commands {
  #chosen = -1;

  constructor({ field, list, slash }, send) {
    Object.assign(this, { field, list, slash, send, menu: [] });
    field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    slash.addEventListener("mousedown", (event) => event.preventDefault());
    slash.addEventListener("click", () => {
      if (!this.field.value) this.field.value = "/";
      this.field.focus();
      this.complete();
    });
  }

  get isOpen() {
    return !this.list.hidden;
  }

  complete() {
    const begun = /^\/(\S*)$/.exec(this.field.value);
    const fitting = begun ? this.menu.filter((one) => one.command.startsWith(begun[1].toLowerCase())) : [];
    this.#chosen = fitting.length ? 0 : -1;
    this.list.replaceChildren(...fitting.map((one, index) => this.#option(one, index)));
    this.list.scrollTop = 0;
    this.#show(fitting.length > 0);
  }

  close() {
    this.#show(false);
  }

  /** Takes a key while the menu is open; true if it meant the menu. */
  key(event) {
    if (!this.isOpen) return false;
    if (event.key === "ArrowDown") this.#choose(1);
    else if (event.key === "ArrowUp") this.#choose(-1);
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) this.#take(this.list.children[this.#chosen].dataset.command);
    else if (event.key === "Escape") this.close();
    else return false;
    return true;
  }

  #option(one, index) {
    const made = element("li");
    made.role = "option";
    made.id = `command-${index}`;
    made.ariaSelected = String(index === this.#chosen);
    made.dataset.command = one.command;
    made.append(element("b", "", `/${one.command}`), element("span", "", one.description));
    made.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#take(one.command);
    });
    return made;
  }

  #choose(step) {
    const options = [...this.list.children];
    this.#chosen = (this.#chosen + step + options.length) % options.length;
    options.forEach((one, index) => (one.ariaSelected = String(index === this.#chosen)));
    options[this.#chosen].scrollIntoView({ block: "nearest" });
    this.#show(true);
  }

  #show(open) {
    this.list.hidden = !open;
    this.slash.ariaExpanded = String(open);
    const option = this.list.children[this.#chosen];
    if (open && option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  #take(command) {
    this.field.value = "";
    this.complete();
    this.send(`/${command}`);
  }
}
