// Draws messages. A drawn message can be told of its job's progress or of a new version.

import { ask } from "./api.js";
import { cassette } from "./cassette.js";
import { h, icon } from "./dom.js";
import { clock, left, plural, signed, size, spoken, timeOf } from "./format.js";
import { titled } from "./options.js";
import { Player } from "./player.js";

const FILES_SHOWN = 5;
const ENDED = new Set(["done", "failed", "cancelled"]);
const NAMES = { cue: "Cue sheet", description: "Description", recipe: "Recipe", cover: "Cover" };

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

// Commands in an answer can be tapped.
function words(text, tell) {
  return text.split(/(?<![\w/])(\/[a-z]{2,30})\b/).map((part) =>
    tell.commands.has(part)
      ? h("button", { type: "button", class: "mention", onclick: () => tell.choose(part.slice(1)) }, part)
      : part,
  );
}

function drawReply(message, tell) {
  return {
    element: h("div", { class: "bubble" }, h("p", { dir: "auto" }, words(message.text ?? "", tell))),
    spoken: message.text,
  };
}

function drawJob(message, tell) {
  const tape = cassette();
  const title = h("h2", { dir: "auto" }, message.title);
  const stage = h("p", { class: "stage-name" });
  const bar = h("div", {
    class: "progress", role: "progressbar", "aria-label": message.title, "aria-valuemin": "0", "aria-valuemax": "100",
  }, h("span", {}));
  const facts = h("p", { class: "facts" });
  const stop = h("button", { type: "button", class: "quiet" }, "Cancel");
  const foot = h("div", { class: "foot-row" }, facts, stop);
  const element = h("div", { class: "card tape" }, tape.drawing, h("div", { class: "tape-text" }, title, stage, bar, foot));
  let shown = message;
  stop.addEventListener("click", async () => {
    stop.disabled = true;
    stop.textContent = "Stopping…";
    try {
      update(await ask("POST", `/api/jobs/${shown.job}/cancel`));
    } catch (error) {
      tell.notice(error.message);
      stop.disabled = false;
      stop.textContent = "Cancel";
    }
  });

  function update(job) {
    const before = shown;
    // Live news may be older than an end that is already shown.
    if (ENDED.has(before.state) && !ENDED.has(job.state)) return "";
    shown = { ...before, ...job };
    const percent = shown.state === "done" ? 100 : Math.min(100, Math.max(0, shown.percent));
    element.className = `card tape ${shown.state}`;
    tape.set(percent);
    bar.firstChild.style.width = `${percent}%`;
    bar.setAttribute("aria-valuenow", String(Math.floor(percent)));
    bar.setAttribute("aria-valuetext", `${Math.floor(percent)} percent, ${shown.stage || shown.state}`);
    const ended = ENDED.has(shown.state);
    bar.hidden = ended;
    stop.hidden = ended;
    const hadFocus = ended && document.activeElement === stop;
    stage.textContent = stageWords(shown);
    facts.textContent = factWords(shown);
    foot.hidden = ended;
    if (hadFocus) tell.focus();
    return before.state === shown.state && before !== job ? "" : `${shown.title}: ${stage.textContent}`;
  }

  update(message);
  return { element, update, spoken: `${message.title}: ${stage.textContent}` };
}

function stageWords(job) {
  if (job.state === "queued") return job.ahead ? `Waiting: ${plural(job.ahead, "job")} before it` : "Starting…";
  if (job.state === "running") return `${titled(job.stage || "working")}…`;
  if (job.state === "done") return job.seconds ? `Done in ${spoken(Math.max(1, job.seconds))}.` : "Done.";
  return job.sentence || (job.state === "cancelled" ? "Cancelled." : "This did not work.");
}

function factWords(job) {
  const percent = job.state === "running" ? `${Math.floor(job.percent)} %` : "";
  return [percent, left(job.left)].filter(Boolean).join(" · ");
}

function drawResult(message, tell) {
  const player = new Player(message, () => ask("GET", `/api/messages/${message.key}`));
  let links = drawDownloads(message);
  const element = h(
    "div",
    { class: "card result-card" },
    h("header", { class: "label" }, drawArt(message), h("div", { class: "label-text" },
      h("h2", { dir: "auto" }, message.title), h("p", { class: "facts" }, resultFacts(message)))),
    message.text ? h("p", { class: "words", dir: "auto" }, words(message.text, tell)) : null,
    player.element,
    player.tracks,
    drawRejected(message.rejected),
    links,
  );
  const relink = (fresh) => {
    player.relink(fresh);
    const next = drawDownloads(fresh);
    links.replaceWith(next);
    links = next;
  };
  return { element, relink, spoken: message.text || `${message.title} is ready.` };
}

function drawArt(message) {
  const cover = message.products.find((product) => product.role === "cover");
  if (!cover) return h("div", { class: "art" }, cassette().drawing);
  return h("img", { class: "art", src: `${cover.link}?play`, alt: "Cover", loading: "lazy" });
}

function resultFacts(message) {
  const facts = [];
  if (message.duration) facts.push(fact(clock(message.duration), "Length"));
  if (message.tracks.length) facts.push(fact(plural(message.tracks.length, "track"), "Tracks"));
  if (message.loudness !== null) facts.push(fact(`${signed(message.loudness, 1)} LUFS`, "Loudness"));
  if (message.true_peak !== null) facts.push(fact(`peak ${signed(message.true_peak, 1)} dBTP`, "True peak"));
  return facts;
}

function fact(text, name) {
  return h("span", { class: "fact", title: name }, h("span", { class: "unseen" }, `${name}: `), text);
}

function drawDownloads(message) {
  const links = message.products.map((product) =>
    h(
      "li",
      {},
      h(
        "a",
        { class: `save ${product.role}`, href: product.link, download: product.label, "aria-label": `Download ${productName(product)}: ${product.label}, ${size(product.size)}` },
        icon("save"),
        h("span", {}, productName(product)),
        h("span", { class: "size" }, size(product.size)),
      ),
    ),
  );
  return h("ul", { class: "saves", "aria-label": "Downloads" }, links);
}

function productName(product) {
  if (NAMES[product.role]) return NAMES[product.role];
  const ending = product.label.split(".").pop();
  return ending.length <= 4 ? ending.toUpperCase() : product.role;
}

function drawRejected(files) {
  if (!files.length) return null;
  return h(
    "section",
    { class: "rejected", "aria-label": "Left out" },
    h("h3", {}, icon("warning"), `${plural(files.length, "file")} left out`),
    h("ul", {}, files.map((file) => h("li", {}, h("bdi", {}, file.source), " ", h("span", {}, file.reason)))),
  );
}
