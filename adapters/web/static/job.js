// A job's message: the tape runs, and Cancel stops it.

import { ask } from "./api.js";
import { cassette } from "./cassette.js";
import { h } from "./dom.js";
import { left, plural, spoken } from "./format.js";
import { titled } from "./options.js";

const ENDED = new Set(["done", "failed", "cancelled"]);

export function drawJob(message, tell) {
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
