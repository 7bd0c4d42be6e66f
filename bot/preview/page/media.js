// Pictures, files, voice messages and stickers inside a bubble.

import { button, element, icon } from "./dom.js";

const ADDRESS = "/preview/files/";

export function media({ kind, seen_as: seen, file_id: file, spoiler }) {
  const address = ADDRESS + encodeURIComponent(file);
  switch (kind) {
    case "sticker":
      return element("div", "sticker", seen.replace("sticker ", ""));
    case "voice":
      return carried(element("div", "media"), "voice", "Voice message");
    case "photo":
      return spoiler ? veiled(picture(address)) : opened(picture(address), address);
    default:
      return document(address, seen);
  }
}

function document(address, name) {
  const made = carried(element("a", "media"), "file", name);
  made.href = address;
  made.download = name;
  return made;
}

function carried(made, sign, name) {
  const disc = element("span", "disc");
  disc.append(icon(sign));
  made.append(disc, element("span", "file-name", name));
  return made;
}

function picture(address) {
  const made = element("img");
  made.src = address;
  made.alt = "Picture";
  return made;
}

function opened(image, address) {
  const made = element("a", "picture");
  made.href = address;
  made.target = "_blank";
  made.append(image);
  return made;
}

function veiled(image) {
  image.alt = "";
  const veil = button("picture veiled", undefined, () => {
    image.alt = "Picture";
    const shown = opened(image, image.src);
    veil.replaceWith(shown);
    shown.focus({ preventScroll: true });
  });
  veil.ariaLabel = "Hidden picture; press to show";
  veil.append(image);
  return veil;
}
