// Starts the chat: history, live news, the composer, and files dropped anywhere.

import { Refused, ask, newKey } from "./api.js";
import { cassette } from "./cassette.js";
import { Composer } from "./composer.js";
import { h } from "./dom.js";
import { watchDrops } from "./drops.js";
import { openForm } from "./forms.js";
import { dayOf } from "./format.js";
import { Live } from "./live.js";
import { drawMessage } from "./messages.js";

const at = (id) => document.getElementById(id);
const log = at("log");
const scroll = at("scroll");
const drawn = new Map();
let composer = null;
let mostBytes = 0;
let oldest = Infinity;
let more = false;
let loading = false;
let stuck = true;

const tell = {
  commands: new Set(),
  choose: (name) => composer.chooseByName(name),
  focus: () => composer.focus(),
  sent: (messages) => {
    const latest = Math.max(0, ...[...drawn.values()].map(({ message }) => message.id));
    // Whoever changes a message above stays where they are.
    if (messages.some((message) => message.id > latest)) stuck = true;
    messages.forEach((message) => put(message));
    settle();
    const asked = messages.find((message) => message.form);
    if (asked) tell.openForm(asked.form, asked.key);
  },
  async press(action, message, given = {}) {
    try {
      const answer = await ask("POST", "/api/presses", { key: newKey(), action, message, ...given });
      if (answer.form) await tell.openForm(answer.form, message);
      else tell.sent(answer.messages);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      tell.notice(error.message);
    }
  },
  async openForm(form, message) {
    const given = await openForm(form, { mostBytes });
    if (given) await tell.press(form.action, message, given);
  },
  heard(text) {
    at("heard").textContent = text;
  },
  notice(text) {
    const close = h("button", { type: "button", class: "quiet", onclick: () => box.remove() }, "OK");
    const box = h("p", { class: "toast", role: "alert" }, h("span", {}, text), close);
    document.querySelector(".toast")?.remove();
    document.querySelector(".below").prepend(box);
    setTimeout(() => box.remove(), 12000);
  },
};

function put(message, { loud = false } = {}) {
  const known = drawn.get(message.key);
  if (known && message.revision < known.message.revision) return;
  if (message.kind === "gone") return forget(known);
  // A message that is shown anew at the end has left its old place.
  if (known && known.message.id !== message.id) forget(known);
  else if (known) return change(known, message, loud);
  if (message.id < oldest && more) return; // it comes when one scrolls there
  const made = drawMessage(message, tell);
  drawn.set(message.key, made);
  oldest = Math.min(oldest, message.id);
  const after = [...drawn.values()].find((other) => other.article.isConnected && other.message.id > message.id && isNext(other, message));
  log.insertBefore(made.article, after?.article ?? null);
  if (loud && made.spoken) tell.heard(made.spoken);
  at("empty").hidden = true;
}

function forget(known) {
  if (!known) return;
  known.article.remove();
  drawn.delete(known.message.key);
}

// A job's message goes on as it is, unless it becomes a question; a result keeps its player;
// everything else is drawn again.
function change(known, message, loud) {
  const same = message.kind === known.message.kind;
  if (same && (known.update || (known.relink && !message.gone))) {
    known.message = message;
    const words = known.update?.(message);
    known.relink?.(message);
    if (words && loud) tell.heard(words);
    return;
  }
  const label = known.article.contains(document.activeElement) ? document.activeElement.textContent : null;
  const made = drawMessage(message, tell);
  known.article.replaceWith(made.article);
  drawn.set(message.key, made);
  if (label !== null) refocus(made.article, label);
  if (loud && made.spoken) tell.heard(made.spoken);
}

function refocus(article, label) {
  const buttons = [...article.querySelectorAll(".press")];
  (buttons.find((each) => each.textContent === label) ?? buttons[0] ?? at("say")).focus();
}

// The nearest later message: the one whose predecessor is earlier.
function isNext(other, message) {
  let before = other.article.previousElementSibling;
  while (before && !before.dataset.key) before = before.previousElementSibling;
  return !before || drawn.get(before.dataset.key).message.id < message.id;
}

// A result that is taller than the window is shown from its top.
function showTop(article) {
  if (!stuck || article.offsetHeight < scroll.clientHeight - 24) return false;
  stuck = false;
  scroll.scrollTop = article.offsetTop - log.offsetTop;
  return true;
}

function settle() {
  for (const line of log.querySelectorAll(".day")) line.remove();
  let day = "";
  for (const article of [...log.children]) {
    const { message } = drawn.get(article.dataset.key);
    const now = dayOf(message.created);
    if (now !== day) log.insertBefore(h("p", { class: "day" }, h("span", {}, now)), article);
    day = now;
  }
  if (stuck) scroll.scrollTop = scroll.scrollHeight;
}

async function older() {
  if (loading || !more) return;
  loading = true;
  at("older").hidden = false;
  const before = scroll.scrollHeight - scroll.scrollTop;
  try {
    const page = await ask("GET", `/api/messages?before=${oldest}`);
    more = false;
    page.messages.toReversed().forEach((message) => put(message));
    more = page.more;
    settle();
  } catch (error) {
    tell.notice(error.message);
  } finally {
    at("older").hidden = true;
    loading = false;
  }
  scroll.scrollTop = scroll.scrollHeight - before;
}

function watchScroll() {
  scroll.addEventListener("scroll", () => {
    stuck = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
    if (stuck) at("newest").hidden = true;
    if (scroll.scrollTop < 200) older();
  });
  // Whoever opens something in a message wants to see it, not the end of the chat.
  for (const name of ["pointerdown", "keydown"]) log.addEventListener(name, () => (stuck = false));
  at("newest").addEventListener("click", () => {
    stuck = true;
    settle();
  });
  new ResizeObserver(() => stuck && (scroll.scrollTop = scroll.scrollHeight)).observe(log);
  new ResizeObserver(() => stuck && (scroll.scrollTop = scroll.scrollHeight)).observe(scroll);
}

function listen(revision) {
  const live = new Live(revision);
  live.addEventListener("message", (event) => {
    const fresh = !drawn.has(event.detail.message.key);
    put(event.detail.message, { loud: true });
    settle();
    const { key, kind } = event.detail.message;
    const seen = fresh && kind === "result" && showTop(drawn.get(key).article);
    if (fresh && !stuck && !seen) at("newest").hidden = false;
  });
  live.addEventListener("job", (event) => {
    const { key, job } = event.detail;
    const words = drawn.get(key)?.update?.({ ...job, text: undefined });
    if (words) tell.heard(words);
  });
  let timer = null;
  live.addEventListener("state", (event) => {
    clearTimeout(timer);
    const say = (text) => (at("state").textContent = text);
    if (event.detail.connected) say("");
    else timer = setTimeout(() => say("Reconnecting…"), 1200);
  });
}

// Links expire: every result gets new ones well before.
function renewLinks(seconds) {
  setInterval(async () => {
    for (const { relink, message } of drawn.values()) {
      if (relink) await ask("GET", `/api/messages/${message.key}`).then(relink, () => {});
    }
  }, Math.max(30, seconds / 2) * 1000);
}

function drawEmpty(commands) {
  const tape = cassette();
  tape.set(30);
  const examples = commands
    .flatMap((command) => command.examples.slice(0, 2).map((example) => [command, example]))
    .slice(0, 4)
    .map(([command, example]) =>
      h("li", {}, h("button", { type: "button", class: "example", onclick: () => composer.tryExample(command, example) }, example)),
    );
  at("empty").append(
    tape.drawing,
    h("h2", {}, "Drop some tracks, get a mixtape"),
    h("p", {}, `${matchMedia("(hover: hover)").matches ? "Drag files anywhere onto this page" : "Choose some files"}, or type\u00a0/ to see what Tapedeck can do.`),
    h("button", { type: "button", class: "primary", onclick: () => composer.pick() }, "Choose files"),
    examples.length ? h("ul", { class: "examples", "aria-label": "Examples" }, examples) : "",
  );
}

async function start() {
  const hello = await ask("POST", "/api/hello");
  tell.commands = new Set(hello.commands.map((command) => `/${command.name}`));
  mostBytes = hello.upload_bytes;
  composer = new Composer(at("composer"), { commands: hello.commands, collects: hello.collects, mostBytes, tell });
  drawEmpty(hello.commands);
  const page = await ask("GET", "/api/messages");
  page.messages.forEach((message) => put(message));
  more = page.more;
  at("empty").hidden = drawn.size > 0;
  settle();
  watchScroll();
  watchDrops(at("drop"), (files) => {
    composer.add(files);
    composer.focus();
  });
  listen(page.revision);
  renewLinks(hello.link_seconds);
  if (matchMedia("(hover: hover)").matches) composer.focus();
  document.body.dataset.ready = "true";
}

start().catch((error) => {
  at("state").textContent = error instanceof Refused ? error.message : "This page could not start: reload it.";
  if (!(error instanceof Refused)) throw error;
});
