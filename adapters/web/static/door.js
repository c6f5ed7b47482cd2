// Spends a one-time link when a person clicks: a preview of the link never does.

import { Refused, ask } from "./api.js";
import { remember } from "./doors.js";

const go = document.getElementById("go");
const wrong = document.getElementById("wrong");
const { purpose } = document.querySelector(".gate").dataset;
const token = location.pathname.split("/").pop();

go.addEventListener("click", async () => {
  go.disabled = true;
  wrong.hidden = true;
  try {
    const answer = await ask("POST", "/api/doors", { token, purpose });
    remember(token, answer.go);
    location.replace(answer.go);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    wrong.textContent = error.message;
    wrong.hidden = false;
    // A link that is used up stays so; a connection may come back.
    go.hidden = error.status === 410;
    go.disabled = false;
  }
});
