// Wires the page together: who is at the phone, what they do, what comes back.

import { at, follow, get, post } from "./api.js";
import { Behind } from "./behind.js";
import { ClockBar } from "./clock.js";
import { Composer } from "./composer.js";
import { $ } from "./dom.js";
import { Keyboard } from "./keyboard.js";
import { Log } from "./log.js";
import { openMenu } from "./menu.js";
import { Newcomer } from "./newcomer.js";
import { People } from "./people.js";
import { Status } from "./status.js";
import { alarm, toast } from "./toast.js";
import { OWN_ZONE, reading } from "./zone.js";

const AFTERWARDS = 1000;

let person = null;
let source = null;
let blocked = false;
let seenToasts = null;
let afterwards = 0;

const log = new Log($("log"), $("scroll"), { say, tap }, looked);
const composer = new Composer({ send, lastOwn: () => log.lastOwn() });
const keyboard = new Keyboard(say);
const clock = new ClockBar(() => behind.heard());
const behind = new Behind();
const people = new People($("tabs"), sit);
const newcomer = new Newcomer((made) => sit(made.id, made));
const status = new Status($("status"));

async function act(name, body = {}) {
  try {
    return await post(at(person, name), body);
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

function looked({ atEnd, unread, seen }) {
  $("down").hidden = atEnd;
  $("fresh").hidden = !unread;
  $("fresh").textContent = unread ? `${unread} new` : "";
  if (person !== null && Number.isFinite(seen)) people.saw(person, seen);
}

function heard(changes) {
  log.update(changes, Boolean(changes.replay));
  composer.commands.menu = changes.menu;
  keyboard.update(changes.keyboard);
  people.update(changes.people);
  blocked = changes.blocked;
  $("block").textContent = blocked ? "Unblock the bot" : "Block the bot";
  $("intro").hidden = !log.isEmpty || Boolean(changes.replay);
  showReplay(changes.replay);
  showToasts(changes.toasts);
  status.heard(changes);
  lookAgain();
  // The bot writes down what it did a moment after it said it.
  clearTimeout(afterwards);
  afterwards = setTimeout(lookAgain, AFTERWARDS);
}

function lookAgain() {
  clock.refresh();
  behind.heard();
}

function showReplay(replay) {
  $("replay").hidden = !replay;
  $("composer").inert = Boolean(replay);
  if (!replay) return;
  $("replay-says").textContent = `Living through: ${replay.name} · day ${replay.done} of ${replay.of}`;
  $("replay-done").max = replay.of;
  $("replay-done").value = replay.done;
}

function showToasts(toasts) {
  const mark = ({ at: when, tap_id: answers, text }) => `${when} ${answers} ${text}`;
  const fresh = toasts.filter((one) => seenToasts !== null && !seenToasts.has(mark(one)) && one.text);
  seenToasts = new Set(toasts.map(mark));
  for (const one of fresh) (one.alert ? alarm : toast)(one.text);
}

function sit(id, made) {
  if (id === person && source?.readyState !== EventSource.CLOSED) return;
  source?.close();
  person = null;
  const who = people.find(id) ?? made;
  const read = reading(who.zone);
  log.open(read, people.seenBy(id));
  person = id;
  seenToasts = null;
  history.replaceState(null, "", `#${id}`);
  $("save").href = at(id, "transcript");
  composer.clear();
  keyboard.update(null);
  people.choose(id);
  $("scroll").setAttribute("aria-labelledby", `tab-${id}`);
  clock.show(id, read);
  behind.show(id, read);
  status.open();
  source = follow(id, heard, (on) => status.connected(on), begin);
}

async function begin() {
  try {
    const { people: all, bot } = await get("/preview/people");
    document.title = bot.name;
    $("bot-name").textContent = bot.name;
    $("avatar").textContent = bot.name.trim().slice(0, 1).toUpperCase();
    $("description").textContent = bot.description;
    people.update(all);
    const wanted = Number(location.hash.slice(1));
    const known = people.find(wanted) ?? all.at(-1);
    const first = { name: "Sam", language_code: navigator.language.slice(0, 2), zone: OWN_ZONE };
    if (known) sit(known.id);
    else sit(...(await made(first)));
    $("field").focus({ preventScroll: true });
  } catch (error) {
    toast(error.message);
  }
}

async function made(wish) {
  const one = await post("/preview/people", wish);
  return [one.id, one];
}

$("start").addEventListener("click", () => say("/start"));
$("add").addEventListener("click", () => newcomer.open(people.names));
$("down").addEventListener("click", () => log.toEnd());
window.addEventListener("hashchange", () => {
  const wanted = Number(location.hash.slice(1));
  if (people.find(wanted)) sit(wanted);
});
openMenu((name) => {
  const done = name === "block" && blocked ? "unblock" : name;
  act(done, done === "forward" ? { text: "I never said that." } : {});
});

begin();
