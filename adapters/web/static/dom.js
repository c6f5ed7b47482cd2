// Builds elements. Text is only ever set as text, so nothing that people sent can become markup.

const SVG = "http://www.w3.org/2000/svg";

export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined));
  return element;
}

const ICONS = {
  play: "M7 4.5v15l13-7.5z",
  pause: "M6 5h4.2v14H6zM13.8 5H18v14h-4.2z",
  next: "M5 5v14l9-7zM15.5 5H19v14h-3.5z",
  previous: "M19 5v14l-9-7zM8.5 5H5v14h3.5z",
  send: "M12 3.5l7.5 7.5-1.9 1.9-4.2-4.2V20h-2.8V8.7l-4.2 4.2-1.9-1.9z",
  attach: "M10.6 4h2.8v6.6H20v2.8h-6.6V20h-2.8v-6.6H4v-2.8h6.6z",
  close: "M6.2 4.6L12 10.4l5.8-5.8 1.6 1.6L13.6 12l5.8 5.8-1.6 1.6L12 13.6l-5.8 5.8-1.6-1.6L10.4 12 4.6 6.2z",
  up: "M12 7l7 7-1.8 1.8L12 10.6l-5.2 5.2L5 14z",
  down: "M12 17l-7-7 1.8-1.8L12 13.4l5.2-5.2L19 10z",
  retry: "M12 4a8 8 0 0 1 7.7 5.9l-2.4.6A5.5 5.5 0 1 0 17 14.300l2.300 1A8 8 0 1 1 12 4zM14 4h6v6z",
  save: "M10.700 4h2.600v8.200l3-3 1.800 1.800L12 17.100 5.900 11l1.800-1.800 3 3zM5 18.400h14V21H5z",
  note: "M9 4l11-2v12.500a3 3 0 1 1-2.300-2.900V6.300L11.300 7.500v9.500A3 3 0 1 1 9 14.100z",
  picture: "M4 4h16v16H4zM6.300 6.300v8.300l3.700-4 4 4.400 2-1.900 1.700 1.900V6.300zM15.300 8a1.600 1.600 0 1 1 0 3.200 1.600 1.600 0 0 1 0-3.200z",
  done: "M9.600 18.500L3.900 12.800l1.900-1.900 3.800 3.800 8.600-8.600 1.900 1.900z",
  warning: "M12 3l10 18H2zM10.900 10v5h2.200v-5zM10.900 16.300v2.200h2.200v-2.200z",
  loud: "M4 9h4l5-4.500v15L8 15H4zM15.500 8.500a5 5 0 0 1 0 7v-2.800a2.600 2.600 0 0 0 0-1.500z",
  file: "M6 3h8l4 4v14H6zM13 4.500V8h3.500z",
};

export function icon(name) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: ICONS[name], "fill-rule": "evenodd" }),
  );
}
