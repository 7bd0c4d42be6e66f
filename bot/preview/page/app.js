// Wires the page together: who is at the phone, what they do, what comes back.

import { follow, get, post } from "./api.js";
import { ClockBar } from "./clock.js";
import { Composer } from "./composer.js";
import { Log } from "./log.js";

const $ = (id) => document.getElementById(id);
const TYPING_SHOWN = 5000;
const TOAST_SHOWN = 4000;

let person = null;
let source = null;
let blocked = false;
let seenToasts = null;
let seenActions = null;
let typingUntil = 0;
let toastTimer = 0;

const log = new Log($("log"), $("scroll"), { say, tap });
const composer = new Composer(
  { form: $("composer"), field: $("field"), list: $("commands"), slash: $("slash"), editing: $("editing"), stop: $("stop-editing") },
  { send, lastOwn: () => log.lastOwn() },
);
const clock = new ClockBar(
  { now: $("now"), next: $("next"), buttons: document.querySelectorAll(".moves button") },
  toast,
);

async function act(name, body) {
  try {
    return await post(`/preview/people/${person}/${name}`, body);
  } catch (error) {
    toast(error.message);
    return null;
  }
}

function say(text) {
  return act("say", { text });
}

function send(text, edited) {
  return edited ? act("edit", { text, message_id: edited }) : say(text);
}

async function tap(message, data) {
  const done = await act("tap", { button: data, message_id: message });
  return done?.tap_id;
}

function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => ($("toast").hidden = true), TOAST_SHOWN);
}

function heard(changes) {
  log.update(changes);
  composer.menu = changes.menu;
  blocked = changes.blocked;
  $("block").textContent = blocked ? "Unblock the bot" : "Block the bot";
  $("intro").hidden = log.messages.size > 0;
  showToasts(changes.toasts);
  showTyping(changes);
  clock.refresh();
}

function showToasts(toasts) {
  const fresh = toasts.filter((one) => seenToasts !== null && !seenToasts.has(one.tap_id) && one.text);
  seenToasts = new Set(toasts.map((one) => one.tap_id));
  for (const one of fresh) {
    if (!one.alert) {
      toast(one.text);
    } else {
      $("alert-text").textContent = one.text;
      if (!$("alert").open) $("alert").showModal();
    }
  }
}

function showTyping({ actions, messages }) {
  const last = actions.at(-1)?.at ?? "";
  if (seenActions !== null && last > seenActions) typingUntil = Date.now() + TYPING_SHOWN;
  seenActions = last;
  if (messages.some((message) => message.from_bot)) typingUntil = 0;
  showStatus();
}

function showStatus(connected = source?.readyState === EventSource.OPEN) {
  const typing = Date.now() < typingUntil;
  const said = !connected ? "connecting…" : blocked ? "blocked" : typing ? "typing…" : "bot · preview";
  if ($("status").textContent !== said) $("status").textContent = said;
}

function sit(id) {
  person = id;
  location.hash = String(id);
  source?.close();
  log.clear();
  seenToasts = seenActions = null;
  source = follow(id, heard, showStatus);
  $("field").focus({ preventScroll: true });
}

async function newcomer() {
  const made = await post("/preview/people", { name: "Sam", language_code: navigator.language.slice(0, 2) });
  sit(made.id);
}

async function begin() {
  const { people, bot } = await get("/preview/people");
  document.title = bot.name;
  $("bot-name").textContent = bot.name;
  $("avatar").textContent = bot.name.trim().slice(0, 1).toUpperCase();
  $("description").textContent = bot.description;
  const wanted = Number(location.hash.slice(1));
  const known = people.find((one) => one.id === wanted) ?? people.at(-1);
  if (known) sit(known.id);
  else await newcomer();
  await clock.refresh();
}

$("start").addEventListener("click", () => say("/start"));
$("newcomer").addEventListener("click", newcomer);
$("down").addEventListener("click", () => log.toEnd());
$("scroll").addEventListener("scroll", () => ($("down").hidden = log.atEnd));
for (const button of document.querySelectorAll("[data-act]")) {
  button.addEventListener("click", () => {
    const name = button.dataset.act === "block" && blocked ? "unblock" : button.dataset.act;
    act(name, name === "forward" ? { text: "I never said that." } : {});
  });
}
$("menu").addEventListener("click", (event) => event.target.tagName === "BUTTON" && ($("menu").open = false));
document.addEventListener("click", (event) => !$("menu").contains(event.target) && ($("menu").open = false));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !$("menu").open) return;
  $("menu").open = false;
  $("menu").querySelector("summary").focus();
});
setInterval(() => showStatus(), 1000);

begin().catch((error) => toast(error.message));
