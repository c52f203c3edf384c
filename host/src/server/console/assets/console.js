// What HTML alone cannot do: a file dropped on the page, and the state of the
// stream. Everything else is htmx and forms.
"use strict";

const KEPT = 60; // turns on the live page, so that a day of them does not slow it

const tell = (id, text, kind) => {
  const place = document.getElementById(id);
  if (place) {
    place.textContent = text;
    place.dataset.kind = kind;
  }
};

async function upload(file) {
  const csrf = document.querySelector("meta[name=csrf]").content;
  tell("upload", `${file.name} is being checked…`, "");
  try {
    const answer = await fetch("/console/skill-files/" + encodeURIComponent(file.name), {
      method: "PUT",
      headers: { "x-csrf-token": csrf, "content-type": "application/wasm" },
      body: file,
    });
    if (answer.ok && !answer.redirected) {
      tell("upload", `${file.name} is loaded.`, "good");
      location.reload();
      return;
    }
    const kind = answer.headers.get("content-type") || "";
    const why = kind.includes("json") ? (await answer.json()).detail : answer.statusText;
    tell("upload", `${file.name}: ${why}`, "bad");
  } catch (error) {
    tell("upload", `${file.name} could not be sent: ${error.message}`, "bad");
  }
}

function dropping() {
  const drop = document.getElementById("drop");
  const input = document.getElementById("file");
  if (!drop || !input) return;
  input.addEventListener("change", () => input.files[0] && upload(input.files[0]));
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) upload(event.dataTransfer.files[0]);
  });
}

document.addEventListener("htmx:sseOpen", () => tell("stream", "live", "good"));
document.addEventListener("htmx:sseError", () => tell("stream", "connection lost, trying again", "bad"));
document.addEventListener("htmx:sseMessage", () => {
  document.getElementById("nothing")?.remove();
  const turns = document.getElementById("turns");
  while (turns && turns.children.length > KEPT) turns.lastElementChild.remove();
});
dropping();
