// The line below the bot's name: whether it is there, blocked or typing.

const TYPING_SHOWN = 5000;

export class Status {
  #on = false;
  #blocked = false;
  #typingUntil = 0;
  #action = null;

  constructor(line) {
    this.line = line;
    setInterval(() => this.#show(), 500);
  }

  open() {
    this.#action = null;
    this.#typingUntil = 0;
  }

  connected(on) {
    this.#on = on;
    this.#show();
  }

  heard({ actions, messages, blocked }) {
    const last = actions.at(-1)?.at ?? "";
    if (this.#action !== null && last > this.#action) this.#typingUntil = Date.now() + TYPING_SHOWN;
    this.#action = last;
    if (messages.some((message) => message.from_bot)) this.#typingUntil = 0;
    this.#blocked = blocked;
    this.#show();
  }

  #show() {
    const typing = Date.now() < this.#typingUntil;
    const said = !this.#on ? "connecting…" : this.#blocked ? "blocked" : typing ? "typing…" : "bot · preview";
    if (this.line.textContent !== said) this.line.textContent = said;
    this.line.classList.toggle("typing", typing && this.#on);
  }
}
