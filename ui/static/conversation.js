// The conversation: choosing a mark or a title opens its article, choosing an example asks it; an answer is
// copied, judged, asked for again or stopped, a question is put back into the box.
// Runs once, when Gradio has drawn the component: `element` is its root, `trigger` tells the server,
// `watch` tells us of a new drawing.

const composer = () => document.querySelector("#question textarea, #question input");

element.addEventListener("click", (event) => {
  const place = event.target.closest("[data-place]");
  if (place) {
    const where = JSON.parse(place.dataset.place);
    document.dispatchEvent(new CustomEvent("byline:open", { detail: { where, opener: place } }));
    trigger("cite", where);
    return;
  }
  const example = event.target.closest("[data-question]");
  if (example) {
    trigger("example", { question: example.dataset.question });
    composer()?.focus({ preventScroll: true });
  }
  const act = event.target.closest("[data-event]");
  if (act) {
    const acts = { halt: "halt", retry: "retry", edit: "edit" }; // in quotes: Gradio looks for the names
    trigger(acts[act.dataset.event], { cancel: "cancel" in act.dataset });
    composer()?.focus({ preventScroll: true });
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) copyFrom(copy);
  const thumb = event.target.closest("button[data-thumb]");
  if (thumb) {
    judged = thumb.dataset;
    trigger("thumb", { turn: Number(thumb.dataset.thumb), good: thumb.dataset.good === "true" });
  }
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const { thumb } = event.target.dataset;
  judged = { thumb, good: "false" };
  trigger("thumb", { turn: Number(thumb), reason: event.target.elements.reason.value });
});

// The drawing that a thumb brings takes the focus away: it goes back, or on to the reason that is asked for.
let judged = null;
const refocus = () => {
  if (!judged) return;
  const input = element.querySelector(`#reason-${judged.thumb}`);
  const button = element.querySelector(`[data-thumb="${judged.thumb}"][data-good="${judged.good}"]`);
  if (input && judged.good === "false" && !input.value) input.focus();
  else button?.focus({ preventScroll: true });
  judged = null;
};

// While sentences come, Stop is drawn anew with each: whoever stands on it stays there.
let onStop = false;
const stay = () => {
  if (onStop && document.activeElement === document.body) {
    (element.querySelector("[data-event=halt]") ?? composer())?.focus({ preventScroll: true });
  }
};
document.addEventListener("focusin", (event) => (onStop = event.target.matches("[data-event=halt]")));

// Over plain http, from another machine, there is no clipboard to write to: then as browsers did before.
const copied = (text) => {
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "unseen";
  document.body.append(box);
  const focused = document.activeElement;
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  focused?.focus({ preventScroll: true });
  return done;
};
const copyFrom = async (button) => {
  const label = button.textContent;
  const text = button.dataset.copy;
  const done = navigator.clipboard
    ? await navigator.clipboard.writeText(text).then(() => true, () => copied(text))
    : copied(text);
  button.textContent = done ? "Copied" : "The browser does not let this page copy";
  setTimeout(() => (button.textContent = label), 2000);
};

// A new question goes to the top of the view, and stays there when its answer comes.
let shown = "";
const scroller = () => document.querySelector("#thread");
const toLast = () => {
  const turns = element.querySelectorAll(".turn");
  if (!turns.length) return;
  const above = turns[turns.length - 1].getBoundingClientRect().top - scroller().getBoundingClientRect().top;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  scroller().scrollTo({
    top: turns.length === 1 ? 0 : above + scroller().scrollTop,
    behavior: calm ? "auto" : "smooth",
  });
};
const follow = () => {
  const turns = element.querySelector(".turns");
  const reading = element.querySelectorAll(".reading").length;
  const now = `${turns?.dataset.conversation} ${turns?.children.length} ${reading}`;
  if (now === shown) return; // a further sentence moves nobody
  if (turns) toLast();
  shown = now;
  moved = false;
};

// Whoever has scrolled since is left where they are.
let moved = false;
["wheel", "touchmove", "keydown"].forEach((name) =>
  document.addEventListener(name, () => (moved = true), { passive: true }),
);
document.addEventListener("byline:more", () => {
  if (!moved) toLast();
});
// The page's address names the conversation, so that a reload finds it again.
const remember = () => {
  const id = element.querySelector(".turns")?.dataset.conversation ?? "";
  const address = new URL(location);
  if ((address.searchParams.get("conversation") ?? "") === id) return;
  if (id) address.searchParams.set("conversation", id);
  else address.searchParams.delete("conversation");
  history.replaceState(history.state, "", address);
};
watch("value", () =>
  requestAnimationFrame(() => {
    remember();
    follow();
    refocus();
    stay();
  }),
);

// While a question waits, the server is asked whether it is still there: nobody else would say that it is not.
const LOST = "The connection was lost; ask again.";
setInterval(async () => {
  const waits = element.querySelector(".reading");
  if (!waits) return;
  const there = await fetch("api/health", { cache: "no-store" }).then(() => true, () => false);
  if (there || !waits.isConnected) return;
  waits.className = "error";
  waits.setAttribute("role", "alert");
  waits.textContent = LOST;
  const stop = element.querySelector("[data-event=halt]");
  stop.dataset.event = "retry";
  stop.textContent = "Ask again";
}, 2000);

// With a keyboard at hand, typing can begin at once. On a phone that would cover half the page.
if (matchMedia("(hover: hover)").matches) requestAnimationFrame(() => composer()?.focus());
document.body.dataset.chat = "ready";
