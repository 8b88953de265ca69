// The filters: the form opens under what is in force, is sent whole, and is closed by Escape or beside it.

const details = () => element.querySelector("details");
const summary = () => element.querySelector("summary");
let refocus = false;

const send = (given) => {
  refocus = true;
  trigger("narrow", given);
};

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  send({ after: form.get("after"), before: form.get("before"), sources: form.getAll("sources") });
});
element.addEventListener("click", (event) => {
  if (event.target.closest("[data-clear]")) send({});
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !details()?.open) return;
  details().open = false;
  summary().focus();
});
document.addEventListener("click", (event) => {
  if (details()?.open && !element.contains(event.target)) details().open = false;
});
watch("value", () =>
  requestAnimationFrame(() => {
    if (refocus) summary()?.focus();
    refocus = false;
  }),
);
