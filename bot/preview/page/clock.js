// The preview's clock: shown every second, moved on by buttons.

import { get, post } from "./api.js";

const NOW = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const EVERY = 15_000;

export class ClockBar {
  constructor({ now, next, buttons }, wrong) {
    Object.assign(this, { now, next, buttons, wrong });
    this.base = Date.now();
    this.since = performance.now();
    for (const button of buttons) button.addEventListener("click", () => this.#move(button));
    setInterval(() => this.#tick(), 1000);
    setInterval(() => this.refresh(), EVERY);
  }

  async refresh() {
    try {
      this.#take(await get("/preview/clock"));
    } catch {
      this.next.textContent = "";
    }
  }

  async #move(button) {
    const body = button.dataset.to ? { to: button.dataset.to } : { seconds: Number(button.dataset.seconds) };
    this.#enable(false);
    try {
      this.#take(await post("/preview/clock", body));
    } catch (error) {
      this.wrong(error.message);
      this.#enable(true);
    }
    button.focus();
  }

  #take({ now, next_due: next, can_move: movable }) {
    this.base = Date.parse(now);
    this.since = performance.now();
    this.next.textContent = next ? `· next ${NOW.format(new Date(next))}` : "";
    this.#enable(movable);
    this.#tick();
  }

  #tick() {
    const instant = new Date(this.base + performance.now() - this.since);
    this.now.textContent = NOW.format(instant);
    this.now.dateTime = instant.toISOString();
  }

  #enable(on) {
    for (const button of this.buttons) button.disabled = !on;
  }
}
