// The chat itself: bubbles in order, changed and taken away as the bot does it.

import { element, words } from "./words.js";

const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

export class Log {
  constructor(root, scroll, { say, tap }) {
    this.root = root;
    this.scroll = scroll;
    this.say = say;
    this.tap = tap;
    this.messages = new Map();
    this.taps = new Map();
    this.following = true;
    scroll.addEventListener("scroll", () => (this.following = this.atEnd));
    const sizes = new ResizeObserver(() => this.following && this.toEnd());
    sizes.observe(root);
    sizes.observe(scroll);
  }

  clear() {
    this.root.replaceChildren();
    this.messages.clear();
    this.taps.clear();
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    return scrollHeight - scrollTop - clientHeight < 120;
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  update(changes) {
    this.following ||= changes.messages.some((message) => !message.from_bot);
    for (const id of changes.removed) this.#remove(id);
    for (const message of changes.messages) this.#place(message);
    for (const toast of changes.toasts) this.#rest(toast.tap_id);
    this.#markDays();
    if (this.following) this.toEnd();
  }

  lastOwn() {
    return [...this.messages.values()].map((one) => one.message).findLast((one) => !one.from_bot && one.text);
  }

  #place(message) {
    const known = this.messages.get(message.id);
    const node = this.#draw(message, known);
    if (known) known.node.replaceWith(node);
    else this.root.append(node);
    this.messages.set(message.id, { message, node });
  }

  #remove(id) {
    const known = this.messages.get(id);
    if (!known) return;
    this.messages.delete(id);
    known.node.classList.add("going");
    known.node.ariaHidden = "true";
    setTimeout(() => {
      known.node.remove();
      this.#markDays();
    }, 260);
  }

  #draw(message, known) {
    const node = element("article", `message ${message.from_bot ? "theirs" : "mine"}`);
    node.dataset.day = DAY.format(new Date(message.date));
    const bubble = element("div", known ? "bubble changed" : "bubble");
    bubble.append(element("span", "sr", message.from_bot ? "The bot: " : "You: "));
    if (message.forwarded_from) bubble.append(element("p", "origin", `Forwarded from ${message.forwarded_from}`));
    if (message.media) bubble.append(media(message.media));
    if (message.text) bubble.append(words(message.text, message.entities, this.say));
    bubble.append(meta(message));
    node.append(bubble);
    if (message.rows.length) node.append(this.#keys(message));
    return node;
  }

  #keys(message) {
    const grid = element("div", "keys");
    for (const row of message.rows) {
      const line = element("div");
      line.append(...row.map((button) => (button.url ? page(button) : this.#key(message, button))));
      grid.append(line);
    }
    return grid;
  }

  #key(message, button) {
    const made = element("button", "key", button.text);
    made.type = "button";
    made.addEventListener("click", async () => {
      made.ariaBusy = "true";
      const tap = await this.tap(message.id, button.callback_data);
      if (tap) this.taps.set(tap, made);
      else made.ariaBusy = "false";
    });
    return made;
  }

  #rest(tap) {
    const button = this.taps.get(tap);
    if (button) button.ariaBusy = "false";
    this.taps.delete(tap);
  }

  #markDays() {
    let day = "";
    for (const node of [...this.root.children]) {
      if (node.classList.contains("day")) {
        node.remove();
      } else if (node.dataset.day !== day && !node.classList.contains("going")) {
        day = node.dataset.day;
        node.before(element("p", "day", day));
      }
    }
  }
}

function page(button) {
  const made = element("a", "key link", button.text);
  if (/^(https?|tg):/i.test(button.url)) made.href = button.url;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return made;
}

function media({ kind, seen_as: seen, file_id: file }) {
  const address = `/preview/files/${encodeURIComponent(file)}`;
  if (kind === "sticker") return element("div", "sticker", seen.replace("sticker ", ""));
  if (kind === "voice") return element("div", "media", "🎤 Voice message");
  const made = element("a", "media");
  made.href = address;
  made.target = "_blank";
  if (kind === "photo") {
    const picture = element("img");
    picture.src = address;
    picture.alt = "Picture";
    made.append(picture);
  } else {
    made.textContent = `📄 ${seen}`;
    made.download = seen;
  }
  return made;
}

function meta(message) {
  const made = element("div", "meta");
  if (message.silent) made.append(element("span", "", "silent"));
  if (message.edited) made.append(element("span", "", "edited"));
  const time = element("time", "", TIME.format(new Date(message.date)));
  time.dateTime = message.date;
  made.append(time);
  return made;
}
