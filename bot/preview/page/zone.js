// Dates and times as a person reads them, in the zone where that person lives.

const LANGUAGE = navigator.languages.find((one) => /^en\b/i.test(one)) ?? "en-GB";
const DAY = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const MOMENT = { weekday: "short", day: "numeric", month: "short", ...TIME };

export const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function zones() {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), OWN_ZONE, "UTC"])].sort();
}

/** Gives `day`, `time` and `moment`, each a function from an ISO instant to words. */
export function reading(zone) {
  const said = (options) => {
    const format = new Intl.DateTimeFormat(LANGUAGE, { ...options, timeZone: zone || OWN_ZONE });
    return (instant) => format.format(new Date(instant));
  };
  return { zone, day: said(DAY), time: said(TIME), moment: said(MOMENT) };
}
