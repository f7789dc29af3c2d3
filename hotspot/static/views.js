// Saved views: their part of the page follows the filter, and what is to be copied is copied.
const { clipboard } = navigator;

function show(scope) {
  if (clipboard) for (const button of scope.querySelectorAll("button[data-copy]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  await clipboard.writeText(button.dataset.copy || location.href);
  const words = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = words; }, 2000);
});

for (const menu of document.querySelectorAll("[data-views]")) {
  let drawn = location.href;
  menu.addEventListener("toggle", async () => {
    if (!menu.open || drawn === location.href) return;
    drawn = location.href;
    const page = new DOMParser().parseFromString(await (await fetch(drawn)).text(), "text/html");
    const list = page.querySelector("[data-views-list]");
    if (list) { menu.querySelector("[data-views-list]").replaceWith(list); show(menu); }
  });
}
show(document);
