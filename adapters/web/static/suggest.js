// Completes what people type with what the command knows.

import { ask } from "./api.js";
import { h } from "./dom.js";

const PAUSE = 150;

export async function completions(command, option, typed) {
  const query = new URLSearchParams({ command, option, typed });
  const answer = await ask("GET", `/api/suggestions?${query}`);
  return answer.values;
}

// Asks once typing pauses; only the answer to the latest question counts.
export function asker(tell) {
  let timer = null;
  let latest = 0;
  return (command, option, typed) => {
    clearTimeout(timer);
    const turn = (latest += 1);
    timer = setTimeout(async () => {
      // What cannot be completed can still be typed.
      const values = await completions(command, option, typed).catch(() => []);
      if (turn === latest) tell(values);
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      latest += 1;
    };
  };
}

// Gives a text field the browser's own list of suggestions.
export function suggest(input, { command, option }) {
  const list = h("datalist", { id: `${input.id}-list` });
  input.setAttribute("list", list.id);
  const look = asker((values) => list.replaceChildren(...values.map((value) => h("option", { value }))));
  input.addEventListener("focus", () => look(command, option, input.value));
  input.addEventListener("input", () => look(command, option, input.value));
  queueMicrotask(() => input.after(list));
}
