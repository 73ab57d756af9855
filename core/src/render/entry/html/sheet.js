"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const all = (what, from = document) => Array.from(from.querySelectorAll(what));
  const root = document.documentElement;
  const scope = document.body.dataset.scope;
  const main = $("main");
  const word = (id) => {
    const texts = document.querySelector(`#words [data-word="${id}"]`);
    return (texts.querySelector("." + root.dataset.ui) || texts).textContent;
  };

  // What is kept lies in the browser only, under the hash of what a field says. Without a store it is kept for the visit.
  const visit = new Map();
  let store = null;
  try {
    window.localStorage.setItem(scope + "?", "1");
    window.localStorage.removeItem(scope + "?");
    store = window.localStorage;
  } catch (error) {
    store = null;
  }
  const keep = {
    get: (key) => (store ? store.getItem(scope + key) : visit.get(key) || null),
    set: (key, value) => {
      try {
        if (store) value === null ? store.removeItem(scope + key) : store.setItem(scope + key, value);
      } catch (error) {
        store = null;
        warn();
      }
      value === null ? visit.delete(key) : visit.set(key, value);
    },
  };
  const warn = () => {
    $("keeps").hidden = Boolean(store);
    $("keeps").textContent = store ? "" : word("not-kept");
  };

  let quiet = 0;
  const say = (text) => {
    const said = $("said");
    said.textContent = text;
    said.classList.add("on");
    clearTimeout(quiet);
    quiet = setTimeout(() => said.classList.remove("on"), 1800);
  };

  // ---- Copying ----

  const byEvent = (text) => {
    let taken = false;
    const put = (event) => {
      event.clipboardData.setData("text/plain", text);
      event.preventDefault();
      event.stopImmediatePropagation();
      taken = true;
    };
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("aria-hidden", "true");
    area.className = "hid";
    document.body.append(area);
    const before = document.activeElement;
    area.select();
    document.addEventListener("copy", put, true);
    let done = false;
    try {
      done = document.execCommand("copy");
    } catch (error) {
      done = false;
    }
    document.removeEventListener("copy", put, true);
    area.remove();
    if (before && before.focus) before.focus({ preventScroll: true });
    return done && taken;
  };
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (error) {
      return byEvent(text);
    }
  };
  const nameOf = (field) => field.dataset[root.dataset.ui] || "";
  const copyField = async (field, button) => {
    const source = field.querySelector(button && button.dataset.copy === "rv" ? ".rv" : ".v");
    const shown = button || field.querySelector(".copy:not([data-copy])");
    if (!source || !shown) return;
    if (await copy(source.textContent)) {
      shown.classList.add("ok");
      shown.textContent = word("copied");
      say(word("copied-of").replace("{label}", nameOf(field)));
      setTimeout(() => {
        shown.classList.remove("ok");
        put(shown, "copy");
      }, 1800);
    } else {
      const range = document.createRange();
      range.selectNodeContents(source);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      say(word("copy-failed"));
    }
  };
  const put = (element, id) => {
    const texts = document.querySelector(`#words [data-word="${id}"]`);
    element.replaceChildren(...Array.from(texts.childNodes, (node) => node.cloneNode(true)));
  };

  // ---- Done marks and progress ----

  const marked = all(".f").filter((field) => field.querySelector(".done input"));
  const box = (field) => field.querySelector(".done input");
  const mark = (field, done) => {
    box(field).checked = done;
    field.classList.toggle("ok", done);
  };
  const tally = (from) => {
    const tasks = marked.filter((field) => "task" in field.dataset && from.contains(field));
    return [tasks.filter((field) => box(field).checked).length, tasks.length];
  };
  const progress = () => {
    const [done, tasks] = tally(main);
    $("total").max = tasks || 1;
    $("total").value = done;
    $("count").textContent = `${done} / ${tasks}`;
    for (const link of all(".toc [data-of]")) {
      const section = $(link.dataset.of);
      if (!section) continue;
      const [some, of] = tally(section);
      link.querySelector("[data-count]").textContent = of ? `${some}/${of}` : "";
      link.classList.toggle("full", of > 0 && some === of);
      const bar = link.querySelector("progress");
      if (bar) {
        bar.max = of || 1;
        bar.value = some;
        bar.hidden = !of;
      }
      const heading = section.querySelector(":scope > .sh [data-progress]");
      if (heading) heading.textContent = of ? `${some} / ${of}` : "";
    }
  };
  const setDone = (field, done) => {
    mark(field, done);
    keep.set(field.dataset.key, done ? "1" : null);
    progress();
    if (filter === "open") show();
  };
  for (const field of marked) {
    const told = field.querySelector(".done");
    box(field).setAttribute("aria-label", `${told.textContent.trim()} ${field.dataset.ja || ""}`.trim());
    mark(field, keep.get(field.dataset.key) === "1");
  }

  // ---- What is shown ----

  let filter = "all";
  const fits = {
    all: () => true,
    open: (item) => all(".f", item).some((field) => "task" in field.dataset && box(field) && !box(field).checked),
    missing: (item) => "missing" in item.dataset,
    found: (item) => "found" in item.dataset,
    changed: (item) => "changed" in item.dataset || Boolean(item.closest(".row.new, .row.gone")),
  };
  const show = () => {
    const fit = fits[filter];
    const leaves = all(".item, .rh, .rn, .stub", main);
    for (const item of leaves) {
      const at = item.classList.contains("rn") ? item.parentElement : item;
      const own = filter !== "open" || item.matches(".item, .rn") ? fit(filter === "open" ? item : at) : false;
      item.dataset.fits = own ? "1" : "";
      if (!item.matches(".rh, .rn")) item.hidden = !own;
    }
    const some = (from) => filter === "all" || Boolean(from.querySelector("[data-fits='1']"));
    for (const group of all(".section, .repeat, .row", main)) group.hidden = !some(group);
    const rest = $("rest");
    if (rest) {
      rest.hidden = !some(rest);
      if (filter !== "all" && !rest.hidden) rest.open = true;
    }
    const changes = $("changes");
    if (changes) changes.hidden = !some(changes);
    $("none").hidden = filter === "all" || some(main);
    for (const button of all("[data-filter]")) button.setAttribute("aria-pressed", String(button.dataset.filter === filter));
  };

  // ---- Moving ----

  const visible = (field) => field.offsetParent !== null;
  const stops = () => all(".f", main).filter((field) => visible(field) && (box(field) || "void" in field.dataset));
  const here = () => document.activeElement && document.activeElement.closest(".f");
  const go = (field) => {
    if (!field) return;
    field.focus({ preventScroll: true });
    field.scrollIntoView({ block: "center" });
  };
  const step = (by, fit = () => true) => {
    const list = stops();
    const from = list.indexOf(here());
    for (let at = from < 0 ? (by > 0 ? 0 : list.length - 1) : from + by; list[at]; at += by) {
      if (fit(list[at])) return go(list[at]);
    }
  };
  const reveal = (id) => {
    const target = $(id) || $("rest:" + id);
    if (!target) return false;
    for (let up = target.parentElement; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    if (!visible(target)) {
      filter = "all";
      show();
    }
    target.scrollIntoView({ block: "start" });
    const field = target.matches(".f") ? target : target.querySelector(".f");
    if (field && !target.matches(".section")) field.focus({ preventScroll: true });
    return true;
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button, a");
    if (!button) return;
    if (button.matches(".copy")) copyField(button.closest(".f"), button);
    else if (button.dataset.filter) {
      filter = button.dataset.filter;
      show();
      const first = all(".section, #none", main).find(visible);
      if (first) first.scrollIntoView({ block: "start" });
    } else if (button.matches("a[href^='#']") && button.getAttribute("href") !== "#main") {
      if (reveal(decodeURIComponent(button.getAttribute("href").slice(1)))) event.preventDefault();
    }
  });
  document.addEventListener("change", (event) => {
    const field = event.target.closest(".f");
    if (field && event.target.matches(".done input")) setDone(field, event.target.checked);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("keys").open) return;
    if (event.target.matches("input:not([type=checkbox]), textarea, select")) return;
    const field = here();
    const acts = {
      j: () => step(1),
      k: () => step(-1),
      ArrowDown: field ? () => step(1) : null,
      ArrowUp: field ? () => step(-1) : null,
      n: () => step(1, (next) => box(next) && !box(next).checked),
      c: field ? () => copyField(field, null) : null,
      d: field && box(field) ? () => { setDone(field, !box(field).checked); if (box(field).checked) step(1); } : null,
      "?": () => $("keys").showModal(),
    };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // ---- Lists of choices, language, printing ----

  for (const details of all(".opts")) {
    details.addEventListener("toggle", () => {
      if (!details.open || details.querySelector(".list")) return;
      const list = $(details.dataset.list).content.cloneNode(true);
      const field = details.closest(".f");
      const picked = all(".pick", field).map((pick) => pick.textContent);
      const one = field.querySelector(".v.one");
      if (one) picked.push(one.textContent);
      for (const line of list.querySelectorAll("li")) line.classList.toggle("chosen", picked.includes(line.dataset.code));
      details.append(list);
    });
  }
  const speak = (lang) => {
    root.dataset.ui = lang;
    root.lang = lang;
    for (const field of all("[data-en]")) field.setAttribute("aria-label", field.dataset[lang]);
    warn();
  };
  $("lang").addEventListener("click", () => {
    const lang = root.dataset.ui === "ja" ? "en" : "ja";
    speak(lang);
    measure();
    keep.set("ui", lang);
  });
  $("print").addEventListener("click", () => window.print());
  $("help").addEventListener("click", () => $("keys").showModal());
  $("close").addEventListener("click", () => $("keys").close());
  $("reset").addEventListener("click", () => {
    if (!window.confirm(word("reset-ask"))) return;
    for (const field of marked) {
      keep.set(field.dataset.key, null);
      mark(field, false);
    }
    progress();
    show();
    $("keys").close();
  });
  let folded = false;
  window.addEventListener("beforeprint", () => {
    const rest = $("rest");
    folded = Boolean(rest && !rest.open);
    if (folded) rest.open = true;
  });
  window.addEventListener("afterprint", () => {
    if (folded) $("rest").open = false;
  });

  // The headings of inner sections stick below those of outer ones; the bar is as high as its content.
  const measure = () => {
    const bar = document.querySelector(".bar");
    root.style.setProperty("--bar", `${bar.offsetHeight}px`);
    for (const heading of all(".section .section > .sh")) {
      const outer = heading.parentElement.parentElement.closest(".section").querySelector(":scope > .sh");
      const above = parseFloat(outer.dataset.top || bar.offsetHeight) + outer.offsetHeight;
      heading.dataset.top = above;
      heading.style.top = `${above}px`;
    }
  };
  const links = new Map(all(".toc [data-of]").map((link) => [link.dataset.of, link]));
  const spot = () => {
    let found = null;
    for (const section of all(".section", main)) {
      if (links.has(section.id) && visible(section) && section.getBoundingClientRect().top < 180) found = section.id;
    }
    for (const [id, link] of links) link.classList.toggle("here", id === found);
  };
  let waiting = false;
  window.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; spot(); });
  }, { passive: true });
  window.addEventListener("resize", measure);

  speak(keep.get("ui") === "en" ? "en" : "ja");
  progress();
  show();
  measure();
  spot();
  if (location.hash.length > 1) reveal(decodeURIComponent(location.hash.slice(1)));
})();
