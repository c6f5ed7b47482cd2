// A cassette whose tape runs from the left reel to the right one as a job goes on.

import { svg } from "./dom.js";

const FULL = 15;
const EMPTY = 8.5;

export function cassette() {
  const packs = [38, 82].map((x) => svg("circle", { class: "pack", cx: x, cy: 41, r: EMPTY }));
  const hubs = [38, 82].map((x) =>
    svg(
      "g",
      { class: "hub" },
      svg("circle", { class: "hub-ring", cx: x, cy: 41, r: 7 }),
      ...[0, 60, 120].map((turn) =>
        svg("path", {
          class: "hub-tooth",
          d: `M${x - 6} 41h12`,
          transform: `rotate(${turn} ${x} 41)`,
        }),
      ),
      svg("circle", { class: "hub-hole", cx: x, cy: 41, r: 3 }),
    ),
  );
  const drawing = svg(
    "svg",
    { class: "cassette", viewBox: "0 0 120 76", "aria-hidden": "true", focusable: "false" },
    svg("rect", { class: "shell", x: 1, y: 1, width: 118, height: 74, rx: 7 }),
    svg("rect", { class: "paper", x: 8, y: 7, width: 104, height: 50, rx: 4 }),
    svg("path", { class: "stripe one", d: "M8 12h104v3.500H8z" }),
    svg("path", { class: "stripe two", d: "M8 15.500h104v3.500H8z" }),
    svg("path", { class: "stripe three", d: "M8 19h104v3.500H8z" }),
    svg("rect", { class: "window", x: 18, y: 25, width: 84, height: 32, rx: 16 }),
    ...packs,
    ...hubs,
    svg("path", { class: "foot", d: "M28 75l5-12h54l5 12z" }),
  );
  const set = (percent) => {
    const done = Math.max(0, Math.min(1, percent / 100));
    const radius = (share) => Math.sqrt(EMPTY ** 2 + (FULL ** 2 - EMPTY ** 2) * share);
    packs[0].setAttribute("r", radius(1 - done).toFixed(2));
    packs[1].setAttribute("r", radius(done).toFixed(2));
  };
  set(0);
  return { drawing, set };
}
