// The upload page: files go up piece by piece, and onto the tray in the order they were chosen.

import { Refused, ask, newKey } from "./api.js";
import { watchDrops } from "./drops.js";
import { h, icon } from "./dom.js";
import { plural, size } from "./format.js";
import { Kept } from "./kept.js";
import { Tray } from "./uploads.js";

const at = (id) => document.getElementById(id);
const PLACES = { discord: "Discord", telegram: "Telegram", web: "the local chat" };
const RETRY = 3000;
const kept = new Kept(`tapedeck-tray-${document.body.dataset.tray}`);
const rows = new Map();
let tray = null;
let putting = false;
let untold = false;

function fail(text) {
  at("wrong").textContent = text;
  at("wrong").hidden = false;
}

function draw() {
  rows.clear();
  at("files").replaceChildren(...tray.items.map(drawRow));
  say();
}

function drawRow(item) {
  const facts = h("span", { class: "size" });
  const bar = h("span", {});
  const progress = h("div", { class: "progress", role: "progressbar", "aria-label": item.label, "aria-valuemin": "0", "aria-valuemax": "100" }, bar);
  const button = (name, label, act) =>
    h("button", { type: "button", class: "round small", "aria-label": `${label} ${item.label}`, onclick: act }, icon(name));
  const retry = button("retry", "Try again", () => tray.retry(item));
  const remove = button("close", "Remove", () => tray.remove(item));
  const mark = h("span", { class: "mark-done" }, icon("done"));
  const row = h(
    "li",
    { class: "file" },
    icon(item.looks === "image" ? "picture" : "note"),
    h("div", { class: "file-text" }, h("bdi", { class: "chip-name", title: item.label }, item.label), facts, progress),
    h("span", { class: "chip-keys" }, mark, retry, remove),
  );
  rows.set(item, { row, facts, bar, progress, retry, remove, mark });
  update(item);
  return row;
}

function update(item) {
  const drawn = rows.get(item);
  if (!drawn) return;
  const share = item.size ? Math.floor((100 * item.received) / item.size) : 100;
  const going = item.state === "sending" || item.state === "waiting";
  const wrong = item.state === "failed" || item.state === "refused";
  drawn.row.className = `file ${item.state}`;
  drawn.progress.hidden = !going;
  drawn.progress.setAttribute("aria-valuenow", String(share));
  drawn.bar.style.width = `${share}%`;
  drawn.retry.hidden = item.state !== "failed" || !item.file;
  drawn.remove.hidden = item.state === "put";
  drawn.mark.hidden = item.state !== "put";
  drawn.facts.textContent = wrong ? item.error : words(item, share);
}

function words(item, share) {
  if (item.state === "waiting") return `${size(item.size)} · waiting`;
  if (item.state === "sending") return `${size(item.received)} of ${size(item.size)} · ${share} %`;
  return item.state === "put" ? `${size(item.size)} · on your tray` : `${size(item.size)} · here`;
}

function say() {
  const all = tray.items.length;
  const put = tray.items.filter((item) => item.state === "put").length;
  const done = all && tray.items.every((item) => item.state === "put" || item.state === "refused");
  const rest = untold ? " The chat could not be told just now: look there with /tray." : " You can close this page.";
  const text = done && put ? `${plural(put, "file")} on your tray.${rest}` : all ? `${put} of ${plural(all, "file")} on your tray.` : "";
  if (at("summary").textContent !== text) at("summary").textContent = text;
  at("summary").classList.toggle("done", Boolean(done && put));
}

// Files are put on the tray in their order, so one that is still coming holds up those after it.
function ready() {
  const found = [];
  for (const item of tray.items) {
    if (item.state === "here") found.push(item);
    else if (item.state === "sending" || item.state === "waiting") break;
  }
  return found;
}

async function putReady() {
  if (putting) return;
  putting = true;
  for (let items = ready(); items.length; items = ready()) await put(items);
  putting = false;
}

async function put(items) {
  const body = { key: newKey(), uploads: items.map((item) => item.id) };
  let answer = null;
  while (!answer) {
    try {
      answer = await ask("POST", "/api/tray", body);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.status === 0) await new Promise((done) => setTimeout(done, RETRY));
      else answer = { taken: [], told: true, text: error.message };
    }
  }
  for (const item of items) {
    const taken = answer.taken.includes(item.id);
    item.state = taken ? "put" : "refused";
    item.error = taken ? "" : "Not taken.";
    kept.drop(item.id);
    update(item);
  }
  untold = answer.taken.length > 0 && !answer.told;
  at("answer").textContent = answer.text;
  say();
}

function changed(item) {
  if (item.state === "sending" && item.id) kept.add(item);
  if (item.state === "failed") at("heard").textContent = `${item.label}: ${item.error}`;
  update(item);
  putReady();
}

function add(files) {
  at("wrong").hidden = true;
  tray.add(files, null, (file) => kept.match(file));
  drawUnfinished();
}

function drawUnfinished() {
  const names = kept.open().map((each) => h("li", {}, h("bdi", {}, each.label), h("span", { class: "size" }, `${size(each.received)} of ${size(each.size)}`)));
  at("unfinished").hidden = !names.length;
  at("unfinished").replaceChildren(h("p", {}, "These did not arrive whole. Choose them again, and they go on from where they stopped:"), h("ul", { class: "sent" }, names));
}

async function restore() {
  const found = await kept.look();
  tray.restore(found.map((each) => ({ ...each, looks: "audio", option: null })));
  drawUnfinished();
}

async function start() {
  const { platform, upload_bytes: most } = await ask("GET", "/api/tray");
  at("where").textContent = `They go on your tray in ${PLACES[platform] ?? platform}: the message there shows them.`.replace("in Discord", "on Discord").replace("in Telegram", "on Telegram");
  at("limit").textContent = `Sound, video and a picture for the cover: up to ${size(most)} each.`;
  tray = new Tray(most);
  tray.addEventListener("list", () => {
    draw();
    putReady();
  });
  tray.addEventListener("item", (event) => changed(event.detail));
  at("pick").hidden = false;
  at("choose").addEventListener("click", () => at("picker").click());
  at("picker").addEventListener("change", () => {
    add([...at("picker").files]);
    at("picker").value = "";
  });
  watchDrops(at("drop"), add);
  addEventListener("beforeunload", (event) => tray.busy && event.preventDefault());
  await restore();
  document.body.dataset.ready = "true";
}

start().catch((error) => {
  fail(error instanceof Refused ? error.message : "This page could not start: reload it.");
  if (!(error instanceof Refused)) throw error;
});
