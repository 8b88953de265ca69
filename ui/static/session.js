// Where the session has ended: the page that asks for the password says so, and leads back to this conversation
// with what stood in the question box.

const KEPT = "byline-question";
const box = () => document.querySelector("#question textarea, #question input");

const fetched = window.fetch;
window.fetch = async (...given) => {
  const response = await fetched(...given);
  if (response.status === 401 && new URL(response.url).origin === location.origin) {
    sessionStorage.setItem(KEPT, box()?.value ?? "");
    const { search } = new URL(location);
    location.assign(`login?ended${search.replace("?", "&")}`);
  }
  return response;
};
requestAnimationFrame(() => {
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (!kept || !box()) return;
  box().value = kept;
  box().dispatchEvent(new Event("input", { bubbles: true }));
});
