// The panel for adding articles: opened by its button, closed by its own or Escape. The page behind it rests.

const panel = () => document.querySelector("#adding");
const opener = () => document.querySelector("#add");

const open = () => {
  document.body.dataset.adding = "open";
  document.querySelector("#byline").setAttribute("inert", "");
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
const name = (element) => {
  element?.setAttribute("role", "dialog");
  element?.setAttribute("aria-modal", "true");
  element?.setAttribute("aria-label", "Add articles");
};
requestAnimationFrame(() => name(panel()));
