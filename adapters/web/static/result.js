// The page around one result: what a signed link shows in a browser.

import { Refused, ask } from "./api.js";
import { h, icon } from "./dom.js";
import { size } from "./format.js";
import { drawCard, productName } from "./results.js";

const token = location.pathname.split("/").pop();
const load = () => ask("GET", `/api/results/${token}`);

async function start() {
  const result = await load();
  document.title = `${result.title} · Tapedeck`;
  const linked = result.products.find((product) => product.link === result.file) ?? result.products[0];
  const { element } = drawCard(result, { refresh: load, heading: "h1" });
  const main = h("a", { class: "primary save-main", href: `${result.file}?save`, download: linked.label },
    icon("save"), h("span", {}, `Download ${productName(linked)}`), h("span", { class: "size" }, size(linked.size)));
  element.querySelector(".label").after(h("p", { class: "save-line" }, main));
  document.getElementById("result").append(element);
  document.getElementById("until").textContent = "Anyone with this link can play and download it until the link expires.";
  document.body.dataset.ready = "true";
}

start().catch((error) => {
  const wrong = document.getElementById("wrong");
  wrong.textContent = error instanceof Refused ? error.message : "This page could not start: reload it.";
  wrong.hidden = false;
  if (!(error instanceof Refused)) throw error;
});
