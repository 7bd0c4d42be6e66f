// One message: its bubble, what stands in it, and the keys below it.

import { button, element, icon, outside } from "./dom.js";
import { media } from "./media.js";
import { toast } from "./toast.js";
import { words } from "./words.js";

/** `acts` has say(text) and tap(message id, callback data, the pressed key). */
export function drawn(message, changed, reading, acts) {
  const node = element("article", `message ${message.from_bot ? "theirs" : "mine"}`);
  node.tabIndex = -1;
  node.dataset.id = message.id;
  node.append(bubble(message, changed, reading, acts));
  if (message.rows.length) node.append(keys(message, acts));
  return node;
}

function bubble(message, changed, reading, acts) {
  const made = element("div", changed ? "bubble changed" : "bubble");
  made.dir = "auto";
  const who = element("span", "sr", message.from_bot ? "The bot: " : "You: ");
  who.dir = "ltr";
  made.append(who);
  if (message.forwarded_from) made.append(element("p", "origin", `Forwarded from ${message.forwarded_from}`));
  if (message.media) made.append(media(message.media));
  if (message.text) made.append(words(message.text, message.entities, acts.say));
  made.append(meta(message, reading));
  return made;
}

function meta(message, reading) {
  const made = element("span", "meta");
  made.dir = "ltr";
  if (message.silent) made.append(element("span", "", "silent"));
  if (message.edited) made.append(element("span", "", "edited"));
  const time = element("time", "", reading.time(message.date));
  time.dateTime = message.date;
  made.append(time);
  if (!message.from_bot) made.append(icon("ticks"));
  return made;
}

function keys(message, acts) {
  const grid = element("div", "keys");
  for (const row of message.rows) {
    const line = element("div");
    line.append(...row.map((one) => key(message, one, acts)));
    grid.append(line);
  }
  return grid;
}

function key(message, one, acts) {
  if (one.url) return outside(element("a", "key link", one.text), one.url);
  if (one.copy_text) return button("key copy", one.text, () => copy(one.copy_text.text));
  const made = button("key", one.text, () => acts.tap(message.id, one.callback_data, made));
  return made;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.");
  } catch {
    toast(`This browser doesn’t let it be copied: ${text}`);
  }
}
