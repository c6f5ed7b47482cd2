// Reads words beside a command: “name: value” sets an option, the rest belongs to its first text.

import { isFile } from "./options.js";

export function readWords(text, command, values) {
  const settable = command.options.filter((option) => !isFile(option));
  const found = { values: { ...values }, rest: "" };
  const names = settable.map((option) => option.name).join("|");
  const parts = names ? text.split(new RegExp(`(?:^|[\\s,])(${names})\\s*[:=]\\s*`, "i")) : [text];
  const rest = [parts[0]];
  for (let at = 1; at < parts.length; at += 2) {
    const option = settable.find((each) => each.name === parts[at].toLowerCase());
    const [value, left] = cut(parts[at + 1], option);
    found.values[option.name] = value;
    rest.push(left);
  }
  found.rest = rest.map((part) => bare(part)).filter(Boolean).join(" ");
  return found;
}

// A text goes on to the next option or to its closing quote, everything else is one word.
function cut(part, option) {
  const whole = part.trim();
  const pattern = whole.startsWith('"') ? /^"([^"]*)"?(.*)$/s : option.kind === "text" ? /^(.*)()$/s : /^([^\s,]*)(.*)$/s;
  const [, value, left] = pattern.exec(whole);
  return [bare(value), left];
}

function bare(text) {
  return text.replace(/^[\s,]+|[\s,]+$/g, "").replace(/^"(.*)"$/s, "$1");
}
