"use strict";
// Every word of the data goes in as text, never as HTML: articles and questions are other people's.
const { cases, passages } = JSON.parse(document.getElementById("data").textContent);
const find = (id) => document.getElementById(id);
const PAGE = 50;
const ORDER = ["crashed", "should have refused", "wrong span", "retrieved but not read", "not retrieved",
  "wrong refusal", "withheld: answered", "right", "right refusal", "withheld: refused", "no gold", "retrieval only"];
const LOOK = { "right": "good", "right refusal": "good", "withheld: refused": "good", "no gold": "none", "retrieval only": "none",
  "wrong refusal": "warn", "not retrieved": "warn" };
let limit = PAGE;

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const short = (text, most) => (text.length > most ? text.slice(0, most - 1) + "…" : text);
const percent = (value) => (value * 100).toFixed(0) + " %";
const gold = (item) => (item.answers === null ? "no gold" : item.answers.length ? item.answers.join("  |  ") : "(refuse)");
const given = (item) => (item.bucket === "crashed" ? "(crashed)" : item.bucket === "retrieval only" ? "(not asked)"
  : item.answer === null ? "(refused)" : item.answer);

for (const item of cases) {
  item.haystack = [item.id, item.question, gold(item), given(item), item.tags.join(" "),
    ...item.citations.map((cited) => cited.quote + " " + cited.title), item.error || ""].join("\n").toLowerCase();
}

function options(select, first, entries) {
  select.append(make("option", { value: "" }, first));
  for (const [value, count] of entries) select.append(make("option", { value }, `${value} (${count})`));
}

function tally(lists) {
  const counts = new Map();
  for (const list of lists) for (const value of list) counts.set(value, (counts.get(value) || 0) + 1);
  return counts;
}

const bucketCounts = tally(cases.map((item) => [item.bucket]));
const buckets = ORDER.filter((name) => bucketCounts.has(name)).map((name) => [name, bucketCounts.get(name)]);
options(find("bucket"), "all", buckets);
options(find("tag"), "all", [...tally(cases.map((item) => item.tags))].sort());
for (const [name, count] of buckets) {
  const button = make("button", { type: "button", "aria-pressed": "false", class: LOOK[name] || "bad" },
    make("b", {}, String(count)), " " + name);
  button.dataset.bucket = name;
  find("buckets").append(button);
}

function cited(item, one) {
  const inside = [];
  const from = one.answer_start - one.start, to = one.answer_end - one.start;
  if (from >= 0 && to <= one.quote.length && to > from) {
    inside.push(one.quote.slice(0, from), make("strong", {}, one.quote.slice(from, to)), one.quote.slice(to));
  } else inside.push(one.quote);
  const where = [one.title, one.source, one.published && one.published.slice(0, 10)].filter(Boolean).join(" · ");
  const verdict = [one.exact ? null : "NOT IN THE ARTICLE AT THIS PLACE",
    one.on_evidence === null ? null : one.on_evidence ? "on gold evidence" : "not on gold evidence"].filter(Boolean);
  return make("div", {},
    make("p", { class: "small" }, `[${one.number}] ${where || one.article_id} · characters ${one.start}–${one.end}`,
      verdict.length ? ` · ${verdict.join(" · ")}` : ""),
    make("p", { class: "context" }, one.before, make("mark", {}, ...inside), one.after));
}

function written(sentence) {
  const marks = sentence.cited.map((number) => `[${number}${sentence.needed.includes(number) ? "" : ", not needed"}]`);
  const why = sentence.reason && sentence.reason + (sentence.supported ? " The other passages do support it." : "");
  return make("p", {}, `${sentence.text} ${marks.join("")} `, why ? make("span", { class: "soft" }, why) : null);
}

function retrieved(item) {
  return item.passages.map(([id, score, relevant, says], index) => {
    const [title, text] = passages[id];
    const notes = [relevant ? "gold evidence" : null, says ? "has the answer's words" : null].filter(Boolean);
    return make("details", { class: "passage" },
      make("summary", {}, `${index + 1}. ${title || id} `, make("span", { class: "soft" }, score.toFixed(4)),
        notes.length ? make("span", { class: "good" }, ` ✓ ${notes.join(", ")}`) : null),
      make("p", {}, text));
  });
}

function inside(item) {
  const box = make("div", { class: "inside" });
  const part = (title, ...nodes) => box.append(make("h4", {}, title), ...nodes);
  if (item.error) part("Crashed with", make("pre", {}, item.error));
  if (item.question.length > 200) part("Question", make("p", { class: "question-long" }, item.question));
  if (item.twin_of) part("Evidence withheld", make("p", {}, `Kept from retrieval: ${item.without} ${item.without === 1 ? "article that bears" : "articles that bear"} the answer to ${item.twin_of}.`));
  if (item.history.length) part("Asked before", ...item.history.map(([question, answer]) => make("p", {}, `${question} — ${answer}`)));
  if (item.understood) part("Read as", make("p", {}, item.understood));
  part("Gold", make("p", {}, gold(item)), ...item.evidence.map((quote) => make("p", { class: "context" }, quote)));
  const scores = [["confidence", item.confidence], ["em", item.em], ["f1", item.f1], ["said", item.said], ["judged", item.judged],
    ["citation precision", item.citation_precision], ["citation recall", item.citation_recall],
    ["ALCE recall", item.alce_recall], ["ALCE precision", item.alce_precision]]
    .filter(([, value]) => value !== null).map(([name, value]) => `${name} ${value.toFixed(3)}`);
  const best = item.answer === null && item.best ? make("p", { class: "soft" }, `best span, not given: ${item.best}`) : null;
  part("Answer", make("p", {}, given(item)), ...(best ? [best] : []), make("p", { class: "small soft" }, scores.join(" · ")));
  if (item.sentences.length) part("What the LLM wrote", ...item.sentences.map(written));
  if (item.verdict?.note) part("No verdict of the judge", make("p", {}, item.verdict.note));
  if (item.note) part("The reader answered in its stead", make("p", {}, item.note));
  if (item.citations.length) part("Quote in its context", ...item.citations.map((one) => cited(item, one)));
  if (item.passages.length) part("Passages retrieved", ...retrieved(item));
  const times = [["retrieve", item.retrieve_ms], ["read", item.read_ms], ["total", item.total_ms]]
    .filter(([, value]) => value !== null).map(([name, value]) => `${name} ${value.toFixed(0)} ms`);
  part("About", make("p", { class: "small soft" }, [`id ${item.id}`, item.date ? `asked on ${item.date}` : "", item.tags.join(", "), times.join(" · ")].filter(Boolean).join(" · ")));
  return box;
}

function row(item) {
  const sure = item.confidence === null ? "" : ` · ${percent(item.confidence)}`;
  const node = make("details", { class: "case" },
    make("summary", {}, make("span", { class: "q" }, short(item.question, 240)),
      make("span", { class: "badge " + (LOOK[item.bucket] || "bad") }, item.bucket),
      make("span", { class: "a" }, make("span", { class: "soft" }, "Answer: "), short(given(item), 160),
        make("span", { class: "soft" }, sure)),
      LOOK[item.bucket] === "good" ? null
        : make("span", { class: "a" }, make("span", { class: "soft" }, "Gold: "), short(gold(item), 160))));
  node.addEventListener("toggle", () => { if (node.open && !node.querySelector(".inside")) node.append(inside(item)); });
  return node;
}

const SORTS = { worst: (item) => item.f1 ?? 2, sure: (item) => -(item.confidence ?? -1), slow: (item) => -(item.total_ms ?? -1) };

function show() {
  const words = find("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const bucket = find("bucket").value, tag = find("tag").value, sort = SORTS[find("order").value];
  let kept = cases.filter((item) => (!bucket || item.bucket === bucket) && (!tag || item.tags.includes(tag))
    && words.every((word) => item.haystack.includes(word)));
  if (sort) kept = [...kept].sort((a, b) => sort(a) - sort(b));
  const shown = kept.slice(0, limit);
  find("list").replaceChildren(...shown.map(row));
  find("count").textContent = kept.length ? `${kept.length} of ${cases.length} cases` + (shown.length < kept.length ? `, the first ${shown.length} shown` : "")
    : "No case matches; change the search, the outcome or the tag.";
  find("more").hidden = shown.length === kept.length;
  for (const button of find("buckets").children) button.setAttribute("aria-pressed", String(button.dataset.bucket === bucket));
}

function changed() { limit = PAGE; show(); }
find("controls").addEventListener("input", changed);
find("controls").addEventListener("submit", (event) => event.preventDefault());
find("more").addEventListener("click", () => { limit += PAGE; show(); });
document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-bucket], [data-tag]");
  if (!target) return;
  if (target.dataset.bucket !== undefined) find("bucket").value = find("bucket").value === target.dataset.bucket ? "" : target.dataset.bucket;
  if (target.dataset.tag !== undefined) find("tag").value = target.dataset.tag;
  changed();
});
show();
