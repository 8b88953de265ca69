// The kept conversations: a column where there is room, else a drawer. One is opened by its name; its menu
// renames, exports and deletes it, and deleting asks first.

const drawer = matchMedia("(max-width: 1199px)");
const pane = () => document.querySelector("#history");
const others = () => ["#talk", "#source"].map((name) => document.querySelector(name));
let opener = null;
let again = null; // where the focus goes when the list is drawn anew

const open = (from) => {
  opener = from;
  document.body.dataset.history = "open";
  others().forEach((other) => other?.setAttribute("inert", ""));
  pane().querySelector("input, textarea")?.focus();
};
const close = () => {
  if (document.body.dataset.history !== "open") return;
  delete document.body.dataset.history;
  others().forEach((other) => other?.removeAttribute("inert"));
  if (opener?.isConnected) opener.focus({ preventScroll: true });
};
const show = (item, part) => {
  item.querySelector(".renaming").hidden = part !== "renaming";
  item.querySelector(".deleting").hidden = part !== "deleting";
  item.querySelector("details").open = false;
  if (!part) item.querySelector("summary").focus();
};

element.addEventListener("click", (event) => {
  const item = event.target.closest("li");
  const act = event.target.closest("[data-act]")?.dataset.act;
  if (event.target.closest("[data-open]")) {
    trigger("choose", { id: item.dataset.id });
    close();
  } else if (act === "rename") {
    show(item, "renaming");
    item.querySelector("input").select();
  } else if (act === "delete") {
    show(item, "deleting");
    item.querySelector('.deleting [data-act="keep"]').focus();
  } else if (act === "delete-now") {
    again = "#looking input, #looking textarea";
    trigger("delete", { id: item.dataset.id });
  } else if (act === "keep") {
    show(item);
  } else if (event.target.closest("a")) {
    item.querySelector("details").open = false;
  }
});
element.addEventListener("submit", (event) => {
  event.preventDefault();
  const { id } = event.target.closest("li").dataset;
  again = `[data-id="${id}"] .name`;
  trigger("rename", { id, name: event.target.elements.name.value });
});
element.addEventListener("toggle", (event) => {
  if (!event.target.open) return;
  element.querySelectorAll("details[open]").forEach((menu) => {
    if (menu !== event.target) menu.open = false;
  });
}, true);
document.addEventListener("click", (event) => {
  const from = event.target.closest(".opener");
  if (from) open(from);
  else if (event.target.closest("#history .close") || event.target.closest("#again")) close();
  else if (document.body.dataset.history === "open" && !pane().contains(event.target)) close();
  element.querySelectorAll("details[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = element.querySelector("details[open]");
  const item = document.activeElement?.closest("#list li");
  if (menu) show(menu.closest("li"));
  else if (item?.querySelector(".renaming:not([hidden]), .deleting:not([hidden])")) show(item);
  else close();
});
drawer.addEventListener("change", () => {
  if (!drawer.matches) close();
});
watch("value", () =>
  requestAnimationFrame(() => {
    if (again) document.querySelector(again)?.focus();
    again = null;
  }),
);
requestAnimationFrame(() => {
  pane()?.setAttribute("role", "navigation");
  pane()?.setAttribute("aria-label", "Conversations");
});
