// The menu behind the three dots: it shuts when something is chosen, or on Escape.

import { $ } from "./dom.js";

export function openMenu(act) {
  const menu = $("menu");
  const shut = () => (menu.open = false);
  menu.addEventListener("click", (event) => {
    const chosen = event.target.closest("button, a");
    if (!chosen) return;
    if (chosen.dataset.act) act(chosen.dataset.act);
    shut();
  });
  document.addEventListener("click", (event) => !menu.contains(event.target) && shut());
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.preventDefault();
    shut();
    menu.querySelector("summary").focus();
  });
}
