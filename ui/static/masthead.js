// The head of the page: a new conversation. The panel for adding listens for its own button.

element.addEventListener("click", (event) => {
  if (event.target.closest("#again")) trigger("again", {});
});
