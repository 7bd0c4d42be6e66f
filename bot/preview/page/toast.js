// One line that shows for a while, and an alert that waits to be closed.

import { $ } from "./dom.js";

const SHOWN = 5000;
let timer = 0;

export function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => ($("toast").hidden = true), SHOWN);
}

export function alarm(text) {
  $("alert-text").textContent = text;
  if (!$("alert").open) $("alert").showModal();
}
