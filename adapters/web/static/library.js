// The library: everything a person has made, page by page, to play, download and delete.

import { Refused, ask } from "./api.js";
import { h, icon } from "./dom.js";
import { dateOf, plural } from "./format.js";
import { drawArt, drawCard, resultFacts } from "./results.js";

const at = (id) => document.getElementById(id);
const PAUSE = 250;
let after = 0;
let page = 10;
let turn = 0;

function show(error) {
  if (!(error instanceof Refused)) throw error;
  at("wrong").textContent = error.message;
  at("wrong").hidden = false;
}

async function load() {
  const mine = (turn += 1);
  const search = at("search").value.trim();
  const query = new URLSearchParams({ search, after });
  const found = await ask("GET", `/api/library?${query}`);
  if (mine !== turn) return;
  page = found.page;
  if (!found.items.length && after > 0 && found.total) {
    after = Math.max(0, after - page);
    await load();
    return;
  }
  at("wrong").hidden = true;
  at("find").hidden = false;
  at("leave").hidden = !found.signed_in;
  at("chat").hidden = found.signed_in;
  at("items").replaceChildren(...found.items.map(drawItem));
  drawCount(found.total, search);
  const address = new URLSearchParams({ ...(search && { search }), ...(after && { after }) });
  history.replaceState(null, "", address.size ? `?${address}` : location.pathname);
}

function drawCount(total, search) {
  const none = search ? `Nothing of yours matches “${search}”.` : "Nothing yet: what you make will be here.";
  at("count").textContent = total ? `${plural(total, "result")}${search ? ` for “${search}”` : ""}` : none;
  at("pager").hidden = total <= page;
  at("newer").disabled = after === 0;
  at("older").disabled = after + page >= total;
  at("place").textContent = `Page ${Math.floor(after / page) + 1} of ${Math.max(1, Math.ceil(total / page))}`;
}

function drawItem(item) {
  const row = h("li", { class: "item" });
  const close = () => {
    row.replaceChildren(drawRow(item, open, keys(false)));
    row.querySelector(".open").focus();
  };
  const open = () => {
    const { element } = drawCard(item, { refresh: () => ask("GET", `/api/library/${item.job}`) });
    element.append(h("footer", { class: "item-foot" }, keys(true)));
    row.replaceChildren(element);
    (element.querySelector(".play") ?? element.querySelector(".shut")).focus();
  };
  const keys = (opened) => [
    opened ? h("button", { type: "button", class: "quiet shut", onclick: close }, "Close") : null,
    h("button", { type: "button", class: "quiet danger", "aria-label": `Delete ${item.title}`, onclick: (event) => ask_(event.target, item, row) }, "Delete"),
  ];
  row.append(drawRow(item, open, keys(false)));
  return row;
}

function drawRow(item, open, keys) {
  return h(
    "article",
    { class: "card item-row" },
    drawArt(item),
    h("div", { class: "label-text" }, h("h2", { dir: "auto" }, item.title),
      h("p", { class: "facts" }, h("span", { class: "fact" }, dateOf(item.created)), resultFacts(item).slice(0, 2))),
    h("div", { class: "item-keys" },
      h("button", { type: "button", class: "round open", "aria-label": `Open ${item.title}`, onclick: open }, icon("play")), keys),
  );
}

// Deleting asks once more, in the same place.
function ask_(button, item, row) {
  const no = h("button", { type: "button", class: "quiet", onclick: () => {
    sure.replaceWith(button);
    button.focus();
  } }, "Keep");
  const yes = h("button", { type: "button", class: "quiet danger", onclick: () => remove(item, row).catch(show) }, "Delete for good");
  const sure = h("span", { class: "sure", role: "group", "aria-label": `Delete ${item.title}?` }, yes, no);
  button.replaceWith(sure);
  no.focus();
}

async function remove(item, row) {
  await ask("DELETE", `/api/library/${item.job}`);
  const place = [...at("items").children].indexOf(row);
  await load();
  at("heard").textContent = `${item.title} is deleted.`;
  const next = at("items").children[Math.min(place, at("items").children.length - 1)];
  (next?.querySelector(".open") ?? at("search")).focus();
}

function turnTo(place) {
  after = Math.max(0, place);
  load().then(() => scrollTo({ top: 0 }), show);
}

function watch() {
  let timer = null;
  at("find").addEventListener("submit", (event) => event.preventDefault());
  at("search").addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => turnTo(0), PAUSE);
  });
  at("newer").addEventListener("click", () => turnTo(after - page));
  at("older").addEventListener("click", () => turnTo(after + page));
  at("leave").addEventListener("click", () => ask("DELETE", "/api/doors").then(() => location.reload(), show));
}

function start() {
  const asked = new URLSearchParams(location.search);
  at("search").value = asked.get("search") ?? "";
  after = Math.max(0, Number(asked.get("after")) || 0);
  watch();
  return load();
}

start().then(() => (document.body.dataset.ready = "true"), show);
