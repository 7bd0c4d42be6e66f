// The stand-in's people's side, as JSON over HTTP.

const PEOPLE = "/preview/people";
const AGAIN = 2000;

export class Refused extends Error {}

export const at = (person, what) => `${PEOPLE}/${person}/${what}`;

export async function get(path) {
  return read(await fetch(path));
}

export async function post(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return read(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function read(response) {
  const body = await response.json();
  if (!response.ok) throw new Refused(body.error ?? `error ${response.status}`);
  return body;
}

/** Follows a chat until closed. `lost` is called when the preview is back without this person. */
export function follow(person, heard, state, lost) {
  const source = new EventSource(at(person, "events"));
  source.onmessage = (event) => heard(JSON.parse(event.data));
  source.onopen = () => state(true);
  source.onerror = () => {
    state(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(lost, AGAIN);
  };
  return source;
}
