// Files dropped anywhere on a page; `cover` shows while they hang over it.

import { droppedFiles } from "./uploads.js";

export function watchDrops(cover, take) {
  let depth = 0;
  const holds = (event) => event.dataTransfer?.types.includes("Files");
  const show = (on) => (cover.hidden = !on);
  addEventListener("dragenter", (event) => holds(event) && show(++depth > 0));
  addEventListener("dragleave", (event) => holds(event) && show((depth = Math.max(0, depth - 1)) > 0));
  addEventListener("dragover", (event) => holds(event) && event.preventDefault());
  addEventListener("drop", async (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    depth = 0;
    show(false);
    take(await droppedFiles(event.dataTransfer));
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) take(files);
  });
}
