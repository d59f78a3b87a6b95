// The declaration form: choosing a commodity code, and findings beside their fields.
"use strict";
(() => {
  const form = document.getElementById("declaration");

  // A line of the look-up is chosen: its code goes into the field, which saves and checks itself.
  document.addEventListener("click", (event) => {
    const line = event.target.closest("[data-code]");
    if (!line) return;
    const field = document.getElementById(line.dataset.into);
    if (!field) return;
    field.value = line.dataset.code;
    line.closest(".codes").replaceChildren();
    open(field, false);
    field.focus();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // Arrows walk the look-up, Enter takes a line of it; Enter never sends the form.
  const select = (field, lines, at) => {
    lines.forEach((line, place) => line.setAttribute("aria-selected", String(place === at)));
    lines[at].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", lines[at].id);
  };
  form?.addEventListener("keydown", (event) => {
    const field = event.target.closest("input");
    if (!field || event.isComposing) return;
    const box = field.matches("[role=combobox]") && document.getElementById(field.getAttribute("aria-controls"));
    const lines = box ? [...box.querySelectorAll("[data-code]")] : [];
    const at = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
    if (lines.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1;
      select(field, lines, (step + lines.length) % lines.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      lines[at]?.click();
    } else if (event.key === "Escape" && lines.length) {
      box.replaceChildren();
      open(field, false);
    }
  });
  const open = (field, is) => {
    field.setAttribute("aria-expanded", String(is));
    if (!is) field.removeAttribute("aria-activedescendant");
  };
  document.addEventListener("htmx:afterSwap", (event) => {
    const box = event.target.closest?.(".codes");
    const field = box && form?.querySelector(`[aria-controls="${box.id}"]`);
    if (!field) return;
    field.removeAttribute("aria-activedescendant");
    open(field, Boolean(box.querySelector("[data-code]")));
  });

  const clear = (field) => {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
    const list = document.getElementById(`${field.id}_error`);
    list?.replaceChildren();
    list?.setAttribute("hidden", "");
  };

  // Errors of the check stand beside their fields too.
  const mark = () => {
    form?.querySelectorAll("[aria-invalid]").forEach(clear);
    for (const link of document.querySelectorAll('#live .findings .error a[href^="#f-"]')) {
      const field = document.getElementById(link.hash.slice(1));
      const list = field && document.getElementById(`${field.id}_error`);
      if (!list || !field.value && !form.dataset.all) continue;
      // Words looked for are no wrong code yet.
      if (field.matches("[role=combobox]") && !/^[\d.\s]+$/.test(field.value)) continue;
      const entry = document.createElement("li");
      entry.textContent = link.textContent;
      list.append(entry);
      list.removeAttribute("hidden");
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", list.id);
    }
  };
  document.addEventListener("htmx:afterSettle", mark);
  mark();

  // Sending the form waits for the save that is under way: it could arrive after and bring back
  // what stood there before.
  let saving = false;
  let leaving = null;
  form?.addEventListener("htmx:beforeRequest", (event) => {
    if (leaving) event.preventDefault();
    else if (event.detail.requestConfig.verb === "post") saving = true;
  });
  form?.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig.verb !== "post") return;
    saving = false;
    // after the answer htmx still has its own queue to go on with
    if (leaving) setTimeout(() => form.requestSubmit(leaving));
  });
  form?.addEventListener("submit", (event) => {
    leaving = event.submitter;
    if (saving) event.preventDefault();
  });
  addEventListener("pageshow", () => { leaving = null; });

  // A finding whose field is not in sight leads to it and puts the cursor there.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('.findings a[href^="#f-"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (field) { event.preventDefault(); field.scrollIntoView({ block: "center" }); field.focus({ preventScroll: true }); }
  });
})();
