// The search that Ctrl-K opens: a combobox with a list. What was opened lately stays in this browser.
const dialog = document.getElementById("palette");
const RECENT = "hotspot-recent", MOST_RECENT = 8, PAUSE_MS = 80;

function recent() {
  try { return JSON.parse(localStorage.getItem(RECENT)) ?? []; } catch { return []; }
}

function remember() {
  const title = document.querySelector("main h1")?.textContent.trim();
  if (!title || !document.querySelector("header.top nav")) return;
  const here = { title, url: location.pathname + location.search };
  try {
    localStorage.setItem(RECENT, JSON.stringify([here, ...recent().filter((one) => one.url !== here.url)].slice(0, MOST_RECENT)));
  } catch { /* storage is full or forbidden: nothing is lost that anybody needs */ }
}

function start() {
  const input = dialog.querySelector("input"), list = dialog.querySelector("[role=listbox]"), status = dialog.querySelector("[role=status]");
  let options = [], chosen = -1, timer = 0, asked = 0;

  function choose(place) {
    chosen = options.length ? (place + options.length) % options.length : -1;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else { input.setAttribute("aria-activedescendant", options[chosen].id); options[chosen].scrollIntoView({ block: "nearest" }); }
  }

  function option(title, note, url) {
    const made = document.createElement("div");
    made.role = "option";
    made.id = `palette-${options.length}`;
    made.dataset.url = url;
    const name = document.createElement("b"), more = document.createElement("small");
    name.textContent = title;
    more.textContent = note;
    made.append(name, more);
    options.push(made);
    return made;
  }

  function group(label, made) {
    const box = document.createElement("div"), head = document.createElement("span");
    box.role = "group";
    box.ariaLabel = head.textContent = label;
    head.setAttribute("aria-hidden", "true");
    box.append(head, ...made);
    list.append(box);
  }

  function drawn() {
    input.ariaExpanded = String(options.length > 0);
    choose(0);
  }

  function clear() { list.replaceChildren(); options = []; }

  function showRecent() {
    clear();
    const known = recent();
    if (known.length) group(status.dataset.recent, known.map((one) => option(one.title, one.url, one.url)));
    status.textContent = "";
    drawn();
  }

  async function ask() {
    const text = input.value.trim(), turn = (asked += 1);
    if (!text) { showRecent(); return; }
    const answer = await fetch(`${dialog.dataset.find}?part=1&q=${encodeURIComponent(text)}`);
    if (turn !== asked || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    clear();
    for (const section of page.querySelectorAll("[data-kind]")) {
      const links = [...section.querySelectorAll("a")];
      group(section.dataset.kind, links.map((link) => option(link.querySelector("b").textContent, link.querySelector("small")?.textContent ?? "", link.getAttribute("href"))));
    }
    status.textContent = options.length ? `${options.length} ${status.dataset.count}` : status.dataset.none;
    drawn();
  }

  function open() {
    input.value = "";
    showRecent();
    dialog.showModal();
    input.focus();
  }

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE_MS); });
  input.addEventListener("keydown", async (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(timer);
      await ask(); // who types fast means what is written, not what was listed before
      if (chosen >= 0) location.assign(options[chosen].dataset.url);
    } else if (event.key === "Escape") {
      event.preventDefault(); // the first Escape of a search field would only empty it
      dialog.close();
    }
  });
  list.addEventListener("click", (event) => {
    const hit = event.target.closest("[role=option]");
    if (hit) location.assign(hit.dataset.url);
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close(); else if (!document.querySelector("dialog[open]")) open();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("a[data-palette]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
}

if (dialog) { remember(); start(); }
