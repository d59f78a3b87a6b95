// Keyboard for work lists, citation cards, forms that keep what was typed, and the folded side bar.
"use strict";
(() => {
  const store = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* full or off */ } },
    drop: (key) => { try { localStorage.removeItem(key); } catch { /* off */ } },
  };
  const $ = (selector) => document.querySelector(selector);

  const entries = (kept) => { try { return JSON.parse(kept); } catch { return []; } };

  // Side bar
  if (store.get("sanzhi.folded")) document.body.classList.add("folded");
  const fold = $("[data-fold]");
  const showFold = () => fold?.setAttribute("aria-expanded", String(!document.body.classList.contains("folded")));
  showFold();
  fold?.addEventListener("click", () => {
    const folded = document.body.classList.toggle("folded");
    folded ? store.set("sanzhi.folded", "1") : store.drop("sanzhi.folded");
    showFold();
  });

  // Work lists: j, k, Enter; rows carry data-href
  const rows = () => [...document.querySelectorAll("tr[data-href]")];
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.classList.contains("on"));
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    all[at]?.classList.remove("on");
    next.classList.add("on");
    next.scrollIntoView({ block: "nearest" });
    next.querySelector("a")?.focus({ preventScroll: true });
  };
  const help = $("#keys");
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => $("form.search input")?.focus(),
    "?": () => help?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
      const row = $("tr.on[data-href]");
      if (row) location.href = row.dataset.href;
      return;
    }
    const action = keys[event.key];
    if (action && !help?.open) { event.preventDefault(); action(); }
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) { document.getElementById(opener.dataset.opens)?.showModal(); return; }
    const chip = event.target.closest("a.cite[data-card]");
    if (chip && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); card(chip); return; }
    const row = event.target.closest("tr[data-href]");
    if (row && !event.target.closest("a, button, input, select, summary, details") && !String(getSelection())) {
      location.href = row.dataset.href;
    }
  });

  // Citation cards
  const box = $("#card");
  async function card(chip) {
    try {
      const reply = await fetch(chip.dataset.card, { headers: { "HX-Request": "true" } });
      if (!reply.ok || !box?.showPopover) throw new Error("no card");
      box.innerHTML = await reply.text();
      const at = chip.getBoundingClientRect();
      box.style.left = `${Math.max(16, Math.min(at.left, innerWidth - 376)) + scrollX}px`;
      box.style.top = `${at.bottom + 4 + scrollY}px`;
      box.showPopover();
      box.querySelector("a")?.focus({ preventScroll: true });
      box.addEventListener("toggle", () => chip.focus({ preventScroll: true }), { once: true });
    } catch { location.href = chip.href; }
  }

  // Nothing typed is lost: forms with data-keep="name" are kept until they are sent
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const key = `sanzhi.form.${form.dataset.keep}`;
    const kept = store.get(key);
    if (kept && form.dataset.fresh !== undefined) {
      for (const [name, value] of entries(kept)) {
        const field = form.elements.namedItem(name);
        if (!field) continue;
        if (field.type === "checkbox") field.checked = true;
        else if (field.type !== "file" && field.type !== "hidden" && !field.value) field.value = value;
      }
      form.querySelector("[data-kept]")?.removeAttribute("hidden");
    }
    let timer;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const data = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && value && name !== "csrfmiddlewaretoken");
        store.set(key, JSON.stringify(data));
      }, 400);
    });
    form.addEventListener("reset", () => store.drop(key));
  }
  for (const done of document.querySelectorAll("[data-forget]")) store.drop(`sanzhi.form.${done.dataset.forget}`);
  for (const field of document.querySelectorAll("[data-submits]")) field.addEventListener("change", () => field.form.requestSubmit());
  for (const tick of document.querySelectorAll("[data-copies]")) {
    tick.addEventListener("click", () => navigator.clipboard?.writeText(document.getElementById(tick.dataset.copies).textContent.trim()));
  }
})();
