// Draws messages. A drawn message can be told of its job's progress or of a new version.

import { ask } from "./api.js";
import { h } from "./dom.js";
import { plural, size, timeOf } from "./format.js";
import { drawJob } from "./job.js";
import { drawButtons, drawReply, drawWords } from "./replies.js";
import { drawCard } from "./results.js";

const FILES_SHOWN = 5;

export function drawMessage(message, tell) {
  const draw = { said: drawSaid, reply: drawReply, job: drawJob, result: drawResult }[message.kind];
  const drawn = (draw ?? drawReply)(message, tell);
  const own = message.kind === "said";
  const article = h(
    "article",
    {
      class: `message ${message.kind}`,
      "data-key": message.key,
      "aria-label": `${own ? "You" : "Tapedeck"}, ${timeOf(message.created)}`,
    },
    own ? null : h("span", { class: "face", "aria-hidden": "true" }),
    h("div", { class: "what" }, drawn.element),
    h("time", { class: "when", datetime: new Date(message.created * 1000).toISOString() }, timeOf(message.created)),
  );
  return { ...drawn, article, message };
}

function drawSaid(message) {
  const parts = [];
  if (message.command) {
    const values = Object.entries(message.values).map(([name, value]) =>
      h("span", { class: "value" }, h("span", {}, name), h("bdi", {}, value)),
    );
    parts.push(h("p", { class: "ordered" }, h("code", {}, `/${message.command}`), values));
  }
  if (message.text) parts.push(h("p", { dir: "auto" }, message.text));
  if (message.files.length) parts.push(drawFiles(message.files));
  return { element: h("div", { class: "bubble" }, parts) };
}

function drawFiles(files) {
  const rows = files.map((file) =>
    h("li", {}, h("bdi", {}, file.label), h("span", { class: "size" }, size(file.size))),
  );
  const list = h("ul", { class: "sent" }, rows.slice(0, FILES_SHOWN));
  const rest = rows.slice(FILES_SHOWN);
  if (!rest.length) return list;
  const more = h("details", {}, h("summary", {}, `and ${plural(rest.length, "more file")}`), h("ul", { class: "sent" }, rest));
  return h("div", {}, list, more);
}

function drawResult(message, tell) {
  if (message.gone) {
    return { element: h("div", { class: "bubble faded" }, h("p", {}, h("bdi", {}, message.title), " is no longer kept here.")) };
  }
  const { element, relink } = drawCard(message, {
    refresh: () => ask("GET", `/api/messages/${message.key}`),
    words: (text) => drawWords(text, tell),
  });
  const buttons = drawButtons(message, tell);
  if (buttons) element.append(buttons);
  return { element, relink, spoken: message.text || `${message.title} is ready.` };
}
