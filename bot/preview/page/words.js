// Text and entities as elements. Offsets are UTF-16 units, as JavaScript's own.

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

export function words(text, entities, say) {
  const root = element("div", "words");
  root.dir = "auto";
  root.append(...stretch(text, 0, text.length, entities, say));
  return root;
}

export function element(tag, name, content) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (content !== undefined) made.textContent = content;
  return made;
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
    const made = wrapped(entity, text.slice(from, to), say);
    const target = made.querySelector("[data-inside]") ?? made;
    if (!target.childNodes.length) target.append(...stretch(text, from, to, inside, say));
    nodes.push(made);
    at = to;
    // A block ends its line by itself: its own line break would show as an empty line.
    if (BLOCKS.has(entity.type) && text[at] === "\n") at += 1;
  }
  nodes.push(text.slice(at, end));
  return nodes.filter((node) => node !== "");
}

function wrapped(entity, said, say) {
  switch (entity.type) {
    case "text_link":
      return link(entity.url);
    case "url":
      return link(/^https?:/i.test(said) ? said : `https://${said}`);
    case "email":
      return link(`mailto:${said}`);
    case "phone_number":
      return link(`tel:${said.replace(/[^+\d]/g, "")}`);
    case "bot_command":
      return command(said, say);
    case "spoiler":
      return spoiler();
    case "expandable_blockquote":
      return quote();
    default:
      return element(TAGS[entity.type] ?? "span");
  }
}

function link(address) {
  const made = element("a");
  if (/^(https?|mailto|tel|tg):/i.test(address)) made.href = address;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return made;
}

function command(said, say) {
  const made = element("button", "command", said);
  made.type = "button";
  made.addEventListener("click", () => say(said));
  return made;
}

function spoiler() {
  const made = element("span", "spoiler");
  const inside = element("span");
  inside.dataset.inside = "";
  made.append(inside);
  made.tabIndex = 0;
  made.role = "button";
  made.ariaExpanded = "false";
  made.ariaLabel = "Hidden text; press to show";
  const show = () => {
    made.ariaExpanded = "true";
    made.removeAttribute("aria-label");
  };
  made.addEventListener("click", show);
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    show();
  });
  return made;
}

function quote() {
  const made = element("blockquote", "long");
  made.tabIndex = 0;
  const open = () => made.toggleAttribute("data-open");
  made.addEventListener("click", open);
  made.addEventListener("keydown", (event) => event.key === "Enter" && open());
  return made;
}
