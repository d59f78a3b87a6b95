// Keyboard for work lists, citation cards, forms that keep what was typed, and the folded side bar.
"use strict";
(() => {
  const store = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* full or off */ } },
    drop: (key) => { try { localStorage.removeItem(key); } catch { /* off */ } },
  };
  const $ = (selector) => document.querySelector(selector);

  const entries = (kept) => { try { return JSON.parse(kept); } catch { return null; } };

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
  let opener = null;
  box?.addEventListener("toggle", ({ newState }) => { if (newState === "closed") opener?.focus({ preventScroll: true }); });
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
      opener = chip;
    } catch { location.href = chip.href; }
  }

  // Nothing typed is lost: what is changed in a form with data-keep="name" is kept until the form
  // is sent, or until an answer says by the event "saved" that it was saved as it was then.
  const isChanged = (one) => {
    if (!one.name || one.type === "hidden" || one.type === "file") return false;
    if (one.matches("select")) return !one.multiple && one.selectedIndex !== Math.max(0, [...one.options].findLastIndex((line) => line.defaultSelected));
    return one.matches("input, textarea") && (one.value !== one.defaultValue || one.checked !== one.defaultChecked);
  };
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const key = `sanzhi.form.${form.dataset.keep}`;
    const fields = (name) => [...form.elements].filter((one) => one.name === name);
    const changed = new Set();
    let sent = new Set();
    // What the form rests on: the state it has seen, and its own name in what it saves.
    const seen = () => form.elements.seen?.value ?? "";
    const keep = () => {
      const typed = [];
      for (const name of new Set([...sent, ...changed])) {
        const all = fields(name);
        const ticks = all.some((one) => one.type === "checkbox" || one.type === "radio");
        typed.push([name, ticks ? all.filter((one) => one.checked).map((one) => one.value) : all.map((one) => one.value)]);
      }
      if (typed.length) store.set(key, JSON.stringify({ seen: seen(), opened: form.elements.opened?.value ?? "", typed }));
      else store.drop(key);
    };
    const restore = ({ typed }) => {
      for (const [name, values] of typed) {
        const all = fields(name);
        // A field of another page of the form goes along with the next save.
        if (!all.length) for (const value of values) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value, className: "kept" }));
        all.forEach((one, place) => {
          if (one.type === "checkbox" || one.type === "radio") one.checked = values.includes(one.value);
          else one.value = values[place] ?? "";
        });
        changed.add(name);
      }
      form.querySelector("[data-kept]")?.removeAttribute("hidden");
    };
    const typing = ({ target }) => {
      if (target === form || !target.name || target.type === "file" || target.type === "hidden") return;
      changed.add(target.name);
      keep();
    };
    form.addEventListener("input", typing);
    form.addEventListener("change", typing);
    form.addEventListener("reset", () => { changed.clear(); store.drop(key); });
    form.addEventListener("htmx:beforeSend", ({ detail }) => {
      if (detail.requestConfig.verb === "post") { sent = new Set(changed); changed.clear(); }
    });
    form.addEventListener("saved", () => {
      sent.clear();
      form.querySelectorAll(".kept").forEach((one) => one.remove());
      keep();
    });
    form.addEventListener("htmx:afterRequest", ({ detail }) => {
      if (detail.requestConfig.verb !== "post") return;
      for (const name of sent) changed.add(name);
      sent.clear();
    });

    // What was typed into another state of the document, by another form, stays out of this one.
    const kept = form.dataset.fresh === undefined ? null : entries(store.get(key));
    if (kept?.typed && (kept.seen === seen() || kept.opened === form.dataset.savedBy)) restore(kept);
    // What was typed before this ran was heard by nobody. (Coming back, the browser fills in.)
    if (performance.getEntriesByType("navigation")[0]?.type === "navigate") {
      for (const one of form.elements) if (isChanged(one)) changed.add(one.name);
    }
    if (changed.size) {
      // It is kept from now on, not from when it is sent: the page can be left before.
      keep();
      document.addEventListener("DOMContentLoaded", () => form.dispatchEvent(new Event("input", { bubbles: true })));
    }
  }
  // Any other form that is sent keeps what was typed until an answer is not a refusal: a session
  // that ended, a language that was switched, a page that was left bring it back.
  const sending = "sanzhi.sending";
  const refused = (performance.getEntriesByType("navigation")[0]?.responseStatus ?? 200) >= 400 || !!$(".notice.stop[role=alert]");
  const sent = entries(store.get(sending));
  // An answer follows the page the form was sent from; after a session that ended, logging in lies between.
  const answered = document.referrer && new URL(document.referrer).pathname === sent?.from;
  if (answered && !refused) sent.keys.forEach(store.drop);
  store.drop(sending);
  for (const form of document.querySelectorAll("form[method=post]")) {
    if (form.dataset.keep !== undefined || form.hasAttribute("hx-post") || form.querySelector("input[type=password]")) continue;
    const key = `sanzhi.typed.${location.pathname.replace(/do\/[^/]*\/$/, "")}>${form.getAttribute("action") ?? ""}`;
    const keep = () => {
      const typed = [...form.elements].filter(isChanged).map((one) => [one.name, one.value, one.checked]);
      typed.length ? store.set(key, JSON.stringify(typed)) : store.drop(key);
    };
    for (const [name, value, checked] of entries(store.get(key)) ?? []) {
      for (const one of form.elements) {
        if (one.name !== name || one.type === "hidden" || one.type === "file") continue;
        if (one.type === "radio") { if (one.value === value) one.checked = checked; }
        else if (one.type === "checkbox") one.checked = checked;
        else one.value = value;
        form.closest("details")?.setAttribute("open", "");
      }
    }
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);
    form.addEventListener("submit", () => {
      keep();
      store.set(sending, JSON.stringify({ from: location.pathname, keys: [...(entries(store.get(sending))?.keys ?? []), key] }));
    });
  }

  // A connection that is lost is said at once; what is saved as it is typed is saved when it is back.
  const offline = $("#offline");
  const lost = (is) => { if (offline) offline.hidden = !is; };
  const back = () => {
    lost(false);
    for (const form of document.querySelectorAll("form[data-keep][hx-post]")) form.dispatchEvent(new Event("input", { bubbles: true }));
  };
  addEventListener("offline", () => lost(true));
  addEventListener("online", back);
  document.addEventListener("htmx:sendError", () => {
    lost(true);
    const again = setInterval(async () => {
      try { await fetch("/static/sanzhi/sanzhi.css", { method: "HEAD", cache: "no-store" }); } catch { return; }
      clearInterval(again);
      back();
    }, 2000);
  });

  for (const done of document.querySelectorAll("[data-forget]")) store.drop(`sanzhi.form.${done.dataset.forget}`);
  for (const field of document.querySelectorAll("[data-submits]")) field.addEventListener("change", () => field.form.requestSubmit());
  for (const tick of document.querySelectorAll("[data-copies]")) {
    tick.addEventListener("click", () => navigator.clipboard?.writeText(document.getElementById(tick.dataset.copies).textContent.trim()));
  }
})();
