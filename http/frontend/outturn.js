// A file of its own, because the pages' content security policy allows no script inside a page.
import { initAll } from "./govuk-frontend.min.js";

// A browser that runs modules is one GOV.UK Frontend supports.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// A block of cells that is pasted into the grid of values is spread over its fields, from the one
// it is pasted into to the right and down. Where a cell would find no field, all of it goes into
// the box for pasted rows instead, so that nothing is lost.
const fieldsOf = (row) =>
  new Map([...row.querySelectorAll("input[id]")].map((one) => [one.name.split("-")[0], one]));

document.querySelector(".app-table--grid")?.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain");
  if (!/[\t\n]/.test(text)) return;
  event.preventDefault();
  const row = event.target.closest("tr");
  const rows = [...event.currentTarget.querySelectorAll("tbody tr")];
  const names = ["value", "numerator", "denominator", "note"].filter((name) =>
    event.currentTarget.querySelector(`input[name^="${name}-"]`)
  );
  const below = rows.slice(rows.indexOf(row)).map(fieldsOf);
  const across = names.slice(names.indexOf(event.target.name.split("-")[0]));
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  const cells = lines.flatMap((line, down) =>
    line.split("\t").map((cell, right) => [below[down]?.get(across[right]), cell.trim()])
  );
  if (text.includes('"') || cells.some(([field, cell]) => cell && !field)) {
    const box = document.getElementById("pasted");
    box.value += text;
    box.focus();
    return;
  }
  for (const [field, cell] of cells) if (field) field.value = cell;
});

// An open group of pages lies over the page: it closes when whoever opened it goes elsewhere.
const groups = [...document.querySelectorAll(".app-sections__group")];
const leaveFor = (target) => {
  for (const group of groups) if (!group.contains(target)) group.open = false;
};
document.addEventListener("click", (event) => leaveFor(event.target));
document.addEventListener("focusin", (event) => leaveFor(event.target));
document.addEventListener("keydown", (event) => {
  const open = groups.find((group) => group.open);
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// A load that goes on: only its bar is drawn anew, so that nobody loses their place on the page.
// When it has ended, all that came of it is shown. Each step is told once to whoever listens.
const told = document.getElementById("load-told");
const tell = () => {
  const parts = [...document.querySelectorAll("#load [data-told]")];
  const sentence = (one) => one.textContent.trim().replace(/\s+/g, " ").replace(/\.$/, "");
  const now = parts.map(sentence).join(". ");
  if (told.textContent !== now) told.textContent = now;
};
if (told) {
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const answer = detail.serverResponse;
    const another = detail.shouldSwap && !answer.includes('id="load"'); // such as one to sign in at
    if (another || detail.xhr.status === 401) {
      detail.shouldSwap = false;
      location.reload();
    }
    if (!detail.shouldSwap || answer.includes('id="load-goes-on"')) return;
    detail.target = document.getElementById("load");
    detail.selectOverride = "#load";
    detail.elt.removeAttribute("hx-select-oob"); // which would take the state out of it
  });
  document.addEventListener("htmx:afterSwap", tell);
}
