// The preview's clock: it runs at its pace, says what comes next and why, and is moved by buttons.

import { $, element, gently } from "./dom.js";
import { Refused, get, post } from "./api.js";
import { toast } from "./toast.js";

const DAY_A_MINUTE = 1440;
const TICK = 250;
const EVERY = 15_000;
const RUSHED = 2_000;
const REST = 150;
const AGAIN = 500;

export class ClockBar {
  #state = null;
  #since = 0;
  #asked = 0;
  #taken = 0;
  #moving = false;
  #looked = 0;

  /** `moved` is called when the clock was moved, and now and then. */
  constructor(moved) {
    this.moved = moved;
    this.person = null;
    this.reading = null;
    this.buttons = $("clock").querySelectorAll("button:not(.more)");
    for (const button of this.buttons) button.addEventListener("click", () => this.#press(button));
    $("more-clock").addEventListener("click", () => this.#unfold());
    this.refresh = gently(() => this.#refresh(), REST);
    setInterval(() => this.#tick(), TICK);
  }

  show(person, reading) {
    this.person = person;
    this.reading = reading;
    // Answers about somebody else that are still on their way come too late.
    this.#taken = this.#asked += 1;
    $("zone").textContent = reading.zone ?? "";
    return this.refresh();
  }

  #address() {
    return `/preview/clock?person=${this.person}`;
  }

  async #refresh() {
    if (this.person === null) return;
    const asked = (this.#asked += 1);
    try {
      this.#take(await get(this.#address()), asked);
    } catch {
      $("next").textContent = "";
    }
  }

  async #press(button) {
    if (button.ariaDisabled === "true") return;
    this.#moving = true;
    this.#enable();
    const asked = (this.#asked += 1);
    try {
      const state = await post(this.#address(), this.#wish(button));
      this.#take(state, asked);
      if (state.stopped) toast(state.stopped);
    } catch (error) {
      toast(error instanceof Refused ? error.message : "The preview doesn’t answer.");
    }
    this.#moving = false;
    this.#enable();
    this.refresh();
    this.moved();
  }

  #wish({ id, dataset }) {
    if (id === "pace") return { pace: this.#state?.pace === DAY_A_MINUTE ? 1 : DAY_A_MINUTE };
    if (id === "tapping") return { tapping: !this.#state?.tapping };
    return dataset.to ? { to: dataset.to } : { seconds: Number(dataset.seconds) };
  }

  #take(state, asked) {
    if (asked < this.#taken) return;
    this.#taken = asked;
    this.#state = state;
    this.#since = this.#looked = performance.now();
    $("pace").ariaPressed = String(state.pace === DAY_A_MINUTE);
    $("tapping").ariaPressed = String(Boolean(state.tapping));
    this.#sayNext(state);
    this.#enable();
    this.#tick();
  }

  #sayNext({ coming, waits }) {
    const [first] = coming ?? [];
    const said = first
      ? [element("b", "", "Next: "), `${first.what}, `, this.#time(first.at), first.why ? ` · ${first.why}` : ""]
      : [waits ?? "Nothing is planned."];
    $("next").replaceChildren(...said);
  }

  #time(instant) {
    const made = element("time", "", this.reading.moment(instant));
    made.dateTime = instant;
    return made;
  }

  #tick() {
    if (!this.#state) return;
    const passed = performance.now() - this.#since;
    const pace = this.#state.pace ?? 1;
    const instant = new Date(Date.parse(this.#state.now) + passed * pace);
    const said = this.reading.moment(instant);
    if ($("now").textContent !== said) $("now").textContent = said;
    $("now").dateTime = instant.toISOString();
    if (performance.now() - this.#looked > (pace === 1 ? EVERY : RUSHED)) {
      this.#looked = performance.now();
      this.refresh();
      this.moved();
    }
  }

  #enable() {
    // A clock that runs fast moves all the time; that keeps nobody from anything.
    const elsewhere = Boolean(this.#state?.moving) && this.#state.pace !== DAY_A_MINUTE;
    if (elsewhere) setTimeout(this.refresh, AGAIN);
    const busy = this.#moving || elsewhere;
    $("clock").ariaBusy = String(busy);
    const off = busy || !this.#state?.can_move;
    for (const button of this.buttons) button.ariaDisabled = String(off);
  }

  #unfold() {
    const open = $("clock").classList.toggle("open");
    $("more-clock").ariaExpanded = String(open);
  }
}
