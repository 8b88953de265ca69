// The panel for adding articles: opened by its button, closed by its own or Escape. The page behind it rests.
// A file that is too large is named and left out before it is sent, and so are all where they are too large
// together; Gradio would only say "Error".

const panel = () => document.querySelector("#adding");
const opener = () => document.querySelector("#add");

// What was said of the last ones is no word on the next.
const forget = () => panel().querySelector("#said")?.classList.add("past");
const hear = () => panel().querySelector("#said")?.classList.remove("past");

const open = () => {
  document.body.dataset.adding = "open";
  document.querySelector("#byline").setAttribute("inert", "");
  panel().querySelector("#too-large").hidden = true;
  forget();
  panel().querySelector("textarea")?.focus();
};
const close = () => {
  if (document.body.dataset.adding !== "open") return;
  delete document.body.dataset.adding;
  document.querySelector("#byline").removeAttribute("inert");
  opener().focus();
};

document.addEventListener("click", (event) => {
  if (event.target.closest("#add")) open();
  else if (event.target.closest("#added") || event.target === panel()) close();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
document.addEventListener("input", (event) => event.target.closest?.("#adding") && forget());
document.addEventListener("change", (event) => event.target.closest?.("#adding") && forget());
document.addEventListener("click", (event) => event.target.closest("#put") && hear());
let passing = false; // what is left of a choice goes its way
const small = (event) => {
  if (passing || !event.target.closest?.("#adding")) return;
  const given = [...((event.type === "drop" ? event.dataTransfer : event.target).files ?? [])];
  if (!given.length) return;
  const said = panel().querySelector("#too-large");
  const { most, mostTogether, together } = said.dataset;
  const tooLarge = given.filter((file) => file.size > Number(most));
  const left = given.filter((file) => file.size <= Number(most));
  const tooMuch = left.reduce((sum, file) => sum + file.size, 0) > Number(mostTogether);
  const faults = tooLarge.map((file) => `“${file.name}” ${said.dataset.said}`).concat(tooMuch ? together : []);
  said.textContent = faults.join(" ");
  said.hidden = !faults.length;
  if (!faults.length) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  const taken = new DataTransfer();
  if (!tooMuch) left.forEach((file) => taken.items.add(file));
  const input = panel().querySelector("input[type=file]");
  event.target.dispatchEvent(new DragEvent("dragleave", { bubbles: true }));
  input.files = taken.files;
  passing = true;
  if (taken.files.length) input.dispatchEvent(new Event("change", { bubbles: true }));
  passing = false;
};
["change", "drop"].forEach((given) => window.addEventListener(given, small, { capture: true }));
const name = (element) => {
  element?.setAttribute("role", "dialog");
  element?.setAttribute("aria-modal", "true");
  element?.setAttribute("aria-label", "Add articles");
};
const called = () =>
  panel()
    .querySelectorAll('[aria-label="common.upload"]') // what Gradio calls it
    .forEach((button) => button.setAttribute("aria-label", "Add more files"));
requestAnimationFrame(() => {
  name(panel());
  new MutationObserver(called).observe(panel(), { childList: true, subtree: true });
});
