// What to ask next: choosing a question asks it. It comes after the answer, and is brought into view under it.

watch("value", () => requestAnimationFrame(() => document.dispatchEvent(new CustomEvent("byline:more"))));
element.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-question]");
  if (!chosen) return;
  trigger("example", { question: chosen.dataset.question, article: chosen.dataset.article });
  document.querySelector("#question textarea, #question input")?.focus({ preventScroll: true });
});
