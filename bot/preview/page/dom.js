// Making and finding elements.

export const $ = (id) => document.getElementById(id);

export function element(tag, name, content) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (content !== undefined) made.textContent = content;
  return made;
}

export function button(name, content, pressed) {
  const made = element("button", name, content);
  made.type = "button";
  made.addEventListener("click", pressed);
  return made;
}

export function icon(id) {
  return $(id).content.cloneNode(true);
}

export function outside(made, address) {
  if (/^(https?|mailto|tel|tg):/i.test(address)) made.href = address;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return made;
}

/** Runs `work` again and again on demand, but never twice at once, and at most every `rest` ms. */
export function gently(work, rest) {
  let running = false;
  let wanted = false;
  return async function again() {
    wanted = true;
    if (running) return;
    running = true;
    while (wanted) {
      wanted = false;
      await work();
      await new Promise((done) => setTimeout(done, rest));
    }
    running = false;
  };
}
