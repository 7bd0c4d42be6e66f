// Text and entities as elements. Offsets are UTF-16 units, as JavaScript's own.

import { button, element, outside } from "./dom.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

export function words(text, entities, say) {
  const root = element("span", "words");
  root.append(...stretch(text, 0, text.length, entities, say));
  return root;
}

function stretch(text, start, end, entities, say) {
  const nodes = [];
  let at = start;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    index += 1;
    if (to <= from) continue;
    const inside = [];
    while (index < entities.length && entities[index].offset < to) inside.push(entities[index++]);
    nodes.push(text.slice(at, from));
    const said = text.slice(from, to);
    nodes.push(wrapped(entity, said, say, () => stretch(text, from, to, inside, say)));
    at = to;
    // A block ends its line by itself: its own line break would show as an empty line.
    if (BLOCKS.has(entity.type) && text[at] === "\n") at += 1;
  }
  nodes.push(text.slice(at, end));
  return nodes.filter((node) => node !== "");
}

function wrapped(entity, said, say, inside) {
  switch (entity.type) {
    case "text_link":
      return link(entity.url, inside());
    case "url":
      return link(/^https?:/i.test(said) ? said : `https://${said}`, inside());
    case "email":
      return link(`mailto:${said}`, inside());
    case "phone_number":
      return link(`tel:${said.replace(/[^+\d]/g, "")}`, inside());
    case "bot_command":
      return button("command", said, () => say(said));
    case "spoiler":
      return spoiler(inside());
    case "expandable_blockquote":
      return quote(inside());
    default: {
      const made = element(TAGS[entity.type] ?? "span");
      made.append(...inside());
      return made;
    }
  }
}

function link(address, inside) {
  const made = outside(element("a"), address);
  made.append(...inside);
  return made;
}

function spoiler(inside) {
  const made = element("span", "spoiler");
  const hidden = element("span");
  hidden.append(...inside);
  made.append(hidden);
  made.tabIndex = 0;
  made.role = "button";
  made.ariaLabel = "Hidden text; press to show";
  const show = () => {
    made.classList.add("shown");
    for (const name of ["role", "aria-label", "tabindex"]) made.removeAttribute(name);
  };
  made.addEventListener("click", show);
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    show();
  });
  return made;
}

function quote(inside) {
  const made = element("blockquote", "long");
  const held = element("div", "held");
  held.append(...inside);
  const more = button("unfold", "Show all", () => {
    const open = made.classList.toggle("open");
    more.textContent = open ? "Show less" : "Show all";
    more.ariaExpanded = String(open);
  });
  more.ariaExpanded = "false";
  made.append(held, more);
  return made;
}
