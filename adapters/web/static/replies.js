// A reply: words, a list, files, and buttons to press.

import { h, icon } from "./dom.js";
import { size } from "./format.js";

const OWN_OR_WEB = /^(https?:\/\/|\/(?!\/))/;
const LINES_SHOWN = 60;

export function drawReply(message, tell) {
  const lines = message.lines ?? [];
  const text = message.text ?? "";
  const title = message.title ?? "";
  const parts = [
    title ? h("h2", { dir: "auto" }, title) : null,
    text ? h("p", { dir: "auto" }, drawWords(text, tell)) : null,
    lines.length ? drawLines(lines, tell) : null,
    message.files?.length ? drawFiles(message.files) : null,
    message.form ? h("button", { type: "button", class: "press main", onclick: () => tell.openForm(message.form, message.key) }, message.form.title) : null,
    drawButtons(message, tell),
  ];
  const rich = title || lines.length || message.buttons?.length;
  return {
    element: h("div", { class: rich ? "bubble rich" : "bubble" }, parts),
    spoken: [title, text, lines.length ? `${lines.length} lines` : ""].filter(Boolean).join(". "),
  };
}

// Commands in an answer can be tapped.
export function drawWords(text, tell) {
  return text.split(/(?<![\w/])(\/[a-z]{2,30})\b/).map((part) =>
    tell.commands.has(part)
      ? h("button", { type: "button", class: "mention", onclick: () => tell.choose(part.slice(1)) }, part)
      : part,
  );
}

function drawLines(lines, tell) {
  const rows = lines.map((line) => h("li", { dir: "auto" }, drawWords(line, tell)));
  const list = h("ul", { class: "lines" }, rows.slice(0, LINES_SHOWN));
  const rest = rows.slice(LINES_SHOWN);
  if (!rest.length) return list;
  return h("div", {}, list, h("details", {}, h("summary", {}, `and ${rest.length} more`), h("ul", { class: "lines" }, rest)));
}

function drawFiles(files) {
  const rows = files.map((file) =>
    h("li", {}, h("a", { class: "save", href: `/api/uploads/${file.upload}/file`, download: file.label },
      icon("save"), h("span", {}, file.label), h("span", { class: "size" }, size(file.size)))),
  );
  return h("ul", { class: "saves", "aria-label": "Files" }, rows);
}

// Rows of buttons as the command laid them out. While one is answered, the others wait.
export function drawButtons(message, tell) {
  const rows = (message.buttons ?? []).filter((row) => row.length);
  if (!rows.length) return null;
  const all = [];
  let busy = false;
  const draw = (button) => {
    if (button.link) {
      if (!OWN_OR_WEB.test(button.link)) return null;
      return h("a", { class: `press ${button.tone}`, href: button.link, target: "_blank", rel: "noopener noreferrer" }, button.label);
    }
    const element = h("button", { type: "button", class: `press ${button.tone}` }, button.label);
    element.addEventListener("click", () => press(button));
    all.push(element);
    return element;
  };
  // Not truly disabled: a button that is would lose the focus.
  const wait = (on) => {
    busy = on;
    all.forEach((each) => each.setAttribute("aria-disabled", String(on)));
  };
  const press = async (button) => {
    if (busy) return;
    wait(true);
    await tell.press(button.action, message.key).finally(() => wait(false));
  };
  return h("div", { class: "presses" }, rows.map((row) => h("div", { class: "press-row" }, row.map(draw))));
}
