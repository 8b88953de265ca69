// The source: scrolled to its highlight whenever an article is drawn. Beside the conversation where there
// is room; a sheet over it on a narrow screen, opened by a mark, closed by its button or Escape.

const narrow = matchMedia("(max-width: 899px)");
const key = (where) => `${where.article_id}:${where.start}-${where.end}`;
let opener = null;
let wanted = null;

const settle = () => {
  const article = element.querySelector("article.source");
  if (!article) return;
  const text = article.querySelector(".text");
  const mark = text.querySelector("mark.quote");
  const offset = mark ? mark.getBoundingClientRect().top - text.getBoundingClientRect().top : -text.scrollTop;
  text.scrollTop += mark ? offset - text.clientHeight / 4 : offset;
  if (wanted === article.dataset.shown) {
    wanted = null;
    article.querySelector("h2").focus({ preventScroll: true });
  }
};

const close = () => {
  if (document.body.dataset.sheet !== "open") return;
  delete document.body.dataset.sheet;
  document.querySelector("#talk")?.removeAttribute("inert");
  if (opener?.isConnected) opener.focus({ preventScroll: true });
};

document.addEventListener("byline:open", (event) => {
  opener = event.detail.opener;
  wanted = key(event.detail.where);
  if (narrow.matches) {
    document.body.dataset.sheet = "open";
    document.querySelector("#talk")?.setAttribute("inert", "");
  }
  if (element.querySelector("article.source")?.dataset.shown === wanted) requestAnimationFrame(settle);
});
element.addEventListener("click", (event) => {
  if (event.target.closest(".close")) close();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (document.body.dataset.sheet === "open") close();
  else if (element.contains(document.activeElement)) opener?.focus();
});
narrow.addEventListener("change", () => {
  if (!narrow.matches) close();
});
watch("value", () => requestAnimationFrame(settle));
