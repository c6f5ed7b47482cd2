// A used-up link: in the browser that used it, the way goes on.

import { recall } from "./doors.js";

const go = recall(location.pathname.split("/").pop());
if (go) {
  document.getElementById("again").href = go;
  document.getElementById("known").hidden = false;
}
document.body.dataset.ready = "true";
