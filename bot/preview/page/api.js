// The stand-in's people's side, as JSON over HTTP.

export class Refused extends Error {}

export async function get(path) {
  return read(await fetch(path));
}

export async function post(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return read(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

export function follow(person, heard, state) {
  const source = new EventSource(`/preview/people/${person}/events`);
  source.onmessage = (event) => heard(JSON.parse(event.data));
  source.onopen = () => state(true);
  source.onerror = () => state(false);
  return source;
}

async function read(response) {
  const body = await response.json();
  if (!response.ok) throw new Refused(body.error ?? `error ${response.status}`);
  return body;
}
