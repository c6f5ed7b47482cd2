// A result's card: what it is, its player with chapters, and its files.

import { cassette } from "./cassette.js";
import { h, icon } from "./dom.js";
import { clock, plural, signed, size } from "./format.js";
import { Player } from "./player.js";

// Pictures for chats that cannot draw them.
const SHOWN_ONLY = new Set(["thumbnail", "waveform"]);
const NAMES = { cue: "Cue sheet", description: "Description", recipe: "Recipe", cover: "Cover" };

// `refresh` asks for the same result with new links; `words` draws its text.
export function drawCard(result, { refresh, words = (text) => text, heading = "h2" }) {
  const player = new Player(result, refresh);
  let links = drawDownloads(result);
  const element = h(
    "div",
    { class: "card result-card" },
    h("header", { class: "label" }, drawArt(result), h("div", { class: "label-text" },
      h(heading, { dir: "auto" }, result.title), h("p", { class: "facts" }, resultFacts(result)))),
    result.text ? h("p", { class: "words", dir: "auto" }, words(result.text)) : null,
    player.element,
    player.tracks,
    drawRejected(result),
    links,
  );
  const relink = (fresh) => {
    player.relink(fresh);
    const next = drawDownloads(fresh);
    links.replaceWith(next);
    links = next;
  };
  return { element, relink };
}

export function drawArt(message) {
  const cover = message.products.find((product) => product.role === "cover");
  if (!cover) return h("div", { class: "art" }, cassette().drawing);
  return h("img", { class: "art", src: `${cover.link}?play`, alt: "Cover", loading: "lazy" });
}

export function resultFacts(message) {
  const facts = [];
  if (message.duration) facts.push(fact(clock(message.duration), "Length"));
  const [one, many] = madeOf(message);
  if (message.tracks.length) facts.push(fact(plural(message.tracks.length, one), many));
  if (message.loudness !== null) facts.push(fact(`${signed(message.loudness, 1)} LUFS`, "Loudness"));
  if (message.true_peak !== null) facts.push(fact(`peak ${signed(message.true_peak, 1)} dBTP`, "True peak"));
  return facts;
}

function fact(text, name) {
  return h("span", { class: "fact", title: name }, h("span", { class: "unseen" }, `${name}: `), text);
}

function drawDownloads(message) {
  const offered = message.products.filter((product) => !SHOWN_ONLY.has(product.role));
  const links = offered.map((product) =>
    h(
      "li",
      {},
      h(
        "a",
        { class: `save ${product.role}`, href: `${product.link}?save`, download: product.label, "aria-label": `Download ${productName(product)}: ${product.label}, ${size(product.size)}` },
        icon("save"),
        h("span", {}, productName(product)),
        h("span", { class: "size" }, size(product.size)),
      ),
    ),
  );
  return h("ul", { class: "saves", "aria-label": "Downloads" }, links);
}

export function productName(product) {
  if (NAMES[product.role]) return NAMES[product.role];
  const ending = product.label.split(".").pop();
  return ending.length <= 4 ? ending.toUpperCase() : product.role;
}

// What a result is made of.
function madeOf(message) {
  return message.command === "clip" ? ["clip", "Clips"] : ["track", "Tracks"];
}

function drawRejected(result) {
  const files = result.rejected;
  if (!files.length) return null;
  const lost = result.command === "clip" ? "row" : "file";
  return h(
    "section",
    { class: "rejected", "aria-label": "Left out" },
    h("h3", {}, icon("warning"), `${plural(files.length, lost)} left out`),
    h("ul", {}, files.map((file) => h("li", {}, h("bdi", {}, file.source), " ", h("span", {}, file.reason)))),
  );
}
