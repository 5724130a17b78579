"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { claims, docs, facets } = data;
  const n = claims.id.length;
  const $ = (id) => document.getElementById(id);
  const PAGE = 100;

  // Every text of a corpus enters the page here, as text: never as markup.
  const element = (tag, name, text) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const number = (value) => value.toLocaleString("en");
  const cut = (text, length) => (text.length > length ? text.slice(0, length).trimEnd() + " …" : text);
  const swatch = (colour) => {
    const dot = element("span", "swatch");
    dot.style.background = colour;
    return dot;
  };

  const article = (i) => (docs.text ? docs.text[claims.doc[i]] : null);
  const said = (i) => {
    const whole = article(i);
    if (whole !== null) return whole.slice(claims.start[i], claims.end[i]);
    return claims.text ? claims.text[i] : `${claims.id[i]} (characters ${claims.start[i]} to ${claims.end[i]} of ${docs.id[claims.doc[i]]})`;
  };
  const entries = (facet, i) => {
    const held = facet.of[i];
    return Array.isArray(held) ? held : [held];
  };
  const names = (facet, i) => entries(facet, i).map((v) => facet.values[v].name).join(", ");
  const colourOf = (facet, i) => {
    const held = entries(facet, i);
    return held.length > 1 ? "#404040" : facet.values[held[0]].colour || "#9a9a9a";
  };
  const who = (i) => claims.speaker ? data.strings[claims.speaker[i]] : "";
  const line = (i) => [...facets.filter((f) => f.key !== "pattern").slice(0, 2).map((f) => names(f, i)),
    docs.date[claims.doc[i]]].filter(Boolean).join(" · ");

  // ---- What matches: a claim is shown when no filter fails it. -------------------------------
  const state = { words: [], chosen: facets.map(() => new Set()), since: "", until: "", area: null,
    shown: [], page: PAGE, current: -1, colour: null, order: "given" };
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  let haystack = null;
  const searched = () => {
    haystack ??= Array.from({ length: n }, (_, i) =>
      fold([said(i), who(i), claims.cue ? data.strings[claims.cue[i]] : ""].join("\n")));
    return haystack;
  };
  const inDates = (i) => {
    if (!state.since && !state.until) return true;
    const day = docs.date[claims.doc[i]];
    return day !== "" && (!state.since || day >= state.since) && (!state.until || day <= state.until);
  };
  const match = () => {
    const hay = state.words.length ? searched() : null;
    const counts = facets.map((facet) => new Uint32Array(facet.values.length));
    const shown = [];
    for (let i = 0; i < n; i++) {
      if (hay && !state.words.every((word) => hay[i].includes(word))) continue;
      if (!inDates(i) || (state.area && !state.area.has(i))) continue;
      let failed = -1, failures = 0;
      for (let f = 0; f < facets.length && failures < 2; f++) {
        const wanted = state.chosen[f];
        if (wanted.size && !entries(facets[f], i).some((v) => wanted.has(v))) { failed = f; failures++; }
      }
      // A menu counts what its own ticks would add: claims that fail at most this one filter.
      if (failures === 0) {
        shown.push(i);
        for (let f = 0; f < facets.length; f++) for (const v of entries(facets[f], i)) counts[f][v]++;
      } else if (failures === 1) {
        for (const v of entries(facets[failed], i)) counts[failed][v]++;
      }
    }
    return { shown, counts };
  };
  const sorted = (shown) => {
    if (state.order === "date") {
      const day = (i) => docs.date[claims.doc[i]] || "9999";
      return shown.slice().sort((a, b) => (day(a) < day(b) ? -1 : day(a) > day(b) ? 1 : a - b));
    }
    if (state.order === "strength") {
      const strength = (i) => claims.strength[i] ?? -2;
      return shown.slice().sort((a, b) => strength(b) - strength(a) || a - b);
    }
    return shown;
  };

  // ---- The filters ----------------------------------------------------------------------------
  const menus = facets.map((facet, f) => {
    const box = element("details", "facet");
    const head = element("summary", "", facet.label);
    const menu = element("div", "menu");
    menu.setAttribute("role", "group");
    menu.setAttribute("aria-label", facet.label);
    const rows = facet.values.map((value, v) => {
      const row = element("label");
      const tick = element("input");
      tick.type = "checkbox";
      tick.addEventListener("change", () => {
        if (tick.checked) state.chosen[f].add(v); else state.chosen[f].delete(v);
        update();
      });
      const size = element("span", "n");
      row.append(tick, ...(value.colour ? [swatch(value.colour)] : []), element("span", "name text", value.name), size);
      menu.append(row);
      return { row, tick, size };
    });
    box.append(head, menu);
    $("facets").append(box);
    box.addEventListener("toggle", () => {
      if (box.open) document.querySelectorAll("details.facet[open]").forEach((other) => { if (other !== box) other.open = false; });
    });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && box.open) { box.open = false; head.focus(); }
    });
    return { facet, box, head, rows };
  });
  document.addEventListener("click", (event) => {
    for (const { box } of menus) if (box.open && !box.contains(event.target)) box.open = false;
  });
  const drawMenus = (counts) => menus.forEach(({ facet, box, head, rows }, f) => {
    const wanted = [...state.chosen[f]];
    box.classList.toggle("on", wanted.length > 0);
    head.textContent = !wanted.length ? facet.label
      : wanted.length === 1 ? `${facet.label}: ${cut(facet.values[wanted[0]].name, 24)}` : `${facet.label}: ${wanted.length} chosen`;
    rows.forEach(({ row, tick, size }, v) => {
      tick.checked = state.chosen[f].has(v);
      size.textContent = number(counts[f][v]);
      row.classList.toggle("none", counts[f][v] === 0);
    });
  });

  // ---- The list -------------------------------------------------------------------------------
  const item = (i) => {
    const button = element("button");
    button.type = "button";
    button.dataset.claim = i;
    button.style.setProperty("--own", colourOf(state.colour, i));
    if (i === state.current) button.setAttribute("aria-current", "true");
    button.append(element("span", "said text", cut(said(i), 400)), element("span", "by text", line(i)));
    const row = element("li");
    row.append(button);
    return row;
  };
  const drawList = () => {
    const rows = state.shown.slice(0, state.page).map(item);
    $("list").replaceChildren(...rows);
    const left = state.shown.length - rows.length;
    $("more").hidden = left <= 0;
    $("more").textContent = `Show ${number(Math.min(left, PAGE))} more of ${number(left)}`;
    $("empty").hidden = state.shown.length > 0;
  };
  $("more").addEventListener("click", () => {
    const first = state.page;
    state.page += PAGE;
    drawList();
    $("list").children[first]?.firstChild.focus();
  });
  $("list").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) read(Number(button.dataset.claim), true);
  });
  $("list").addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const next = step && event.target.closest("li")?.[step]?.firstChild;
    if (!next) return;
    event.preventDefault();
    next.focus();
    read(Number(next.dataset.claim), false);
  });

  // ---- The article ----------------------------------------------------------------------------
  const stacked = () => getComputedStyle($("back")).display !== "none";
  const marked = (i) => {
    const whole = article(i);
    const spans = [["content", claims.start[i], claims.end[i]]];
    if (claims.speaker_start[i] !== null) spans.push(["speaker", claims.speaker_start[i], claims.speaker_end[i]]);
    if (claims.cue_start[i] !== null) spans.push(["cue", claims.cue_start[i], claims.cue_end[i]]);
    for (let j = 0; j < n; j++) {
      if (j !== i && claims.doc[j] === claims.doc[i]) spans.push(["other", claims.start[j], claims.end[j]]);
    }
    const edges = [...new Set([0, whole.length, ...spans.flatMap((span) => span.slice(1))])].sort((a, b) => a - b);
    const body = element("p", "body text");
    for (let k = 0; k + 1 < edges.length; k++) {
      const part = whole.slice(edges[k], edges[k + 1]);
      const held = new Set(spans.filter((span) => span[1] <= edges[k] && edges[k + 1] <= span[2]).map((span) => span[0]));
      if (held.has("content")) held.delete("other");
      body.append(held.size ? element("mark", [...held].join(" "), part) : document.createTextNode(part));
    }
    return body;
  };
  const facts = (i) => {
    const rows = facets.map((facet) => [facet.label, names(facet, i), facet.values.some((v) => v.colour) && colourOf(facet, i)]);
    if (who(i)) rows.splice(1, 0, ["Speaker", who(i)]);
    if (claims.chain && data.strings[claims.chain[i]]) rows.splice(2, 0, ["Said through", data.strings[claims.chain[i]]]);
    if (claims.negated && claims.negated[i]) rows.push(["Negated", "yes"]);
    if (claims.strength && claims.strength[i] !== null) rows.push(["Strength", claims.strength[i].toFixed(2)]);
    rows.push(["Claim", `${claims.id[i]}, characters ${(claims.from ?? claims.start)[i]} to ${(claims.to ?? claims.end)[i]}`]);
    const list = element("dl");
    for (const [name, value, colour] of rows) {
      const cell = element("dd");
      if (colour) cell.append(swatch(colour));
      cell.append(element("span", "text", value));
      list.append(element("dt", "", name), cell);
    }
    return list;
  };
  const key = () => {
    const line = element("p", "key", "Marked: ");
    for (const [name, text] of [["content", "what is said"], ["speaker", "who says it"], ["cue", "reporting words"], ["other", "other claims"]]) {
      line.append(element("mark", name, text));
    }
    return line;
  };
  const read = (i, moved) => {
    state.current = i;
    const d = claims.doc[i];
    const title = docs.title && docs.title[d];
    const from = [docs.outlet[d], docs.date[d], title && docs.id[d]].filter(Boolean).join(" · ");
    const parts = [element("h3", "text", title || docs.id[d]), element("p", "from text", from), facts(i)];
    if (article(i) !== null) parts.push(key(), marked(i));
    else if (claims.text) parts.push(element("p", "body text", said(i)), element("p", "from", "The article's full text is not in this file."));
    else parts.push(element("p", "from", "This file holds no texts: look the claim up by its document and characters."));
    $("article").replaceChildren(...parts);
    $("article").scrollTop = 0;
    for (const old of $("list").querySelectorAll("[aria-current]")) old.removeAttribute("aria-current");
    $("list").querySelector(`[data-claim="${i}"]`)?.setAttribute("aria-current", "true");
    if (stacked() && moved) {
      $("reader-name").focus({ preventScroll: true });
      $("reader").scrollIntoView();
    } else $("article").querySelector(".body mark.content")?.scrollIntoView({ block: "nearest" });
    markPoint();
  };
  $("back").addEventListener("click", () => {
    ($("list").querySelector("[aria-current]") || $("list").querySelector("button") || $("search")).focus();
  });

  // ---- The map --------------------------------------------------------------------------------
  const plot = $("plot");
  const canDraw = data.map && n > 0 && typeof Plotly !== "undefined";
  const webgl = (() => {
    try { return Boolean(document.createElement("canvas").getContext("webgl")); } catch { return false; }
  })();
  const KIND = webgl ? "scattergl" : "scatter";
  let groups = [];
  let whole = null;
  const trace = (marker) => ({ type: KIND, mode: "markers", x: [], y: [], hoverinfo: "none", marker });
  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const startMap = () => {
    const size = n < 2000 ? 8 : n < 20000 ? 5 : 3;
    const wide = (values) => {
      let low = Infinity, high = -Infinity;
      for (const value of values) { if (value < low) low = value; if (value > high) high = value; }
      const room = 0.04 * (high - low) || 1;
      return [low - room, high + room];
    };
    whole = { x: wide(claims.x), y: wide(claims.y) };
    const axis = (range) => ({ range, visible: false, fixedrange: false });
    const rest = { ...trace({ size: size - 1, color: "#e2e2e2" }), x: claims.x, y: claims.y, hoverinfo: "skip" };
    const ring = trace({ size: size + 9, color: "rgba(0,0,0,0)", line: { color: "#000", width: 2.5 } });
    const colours = [...new Set(facets.flatMap((f) => f.values.map((v) => v.colour).filter(Boolean))), "#404040", "#9a9a9a"];
    groups = [...new Set(colours)].map((colour) => ({ colour, held: [] }));
    const traces = [rest, ...groups.map(({ colour }) => trace({ size, color: colour, opacity: 0.85 })), { ...ring, hoverinfo: "skip" }];
    const layout = { margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false, dragmode: "pan", hovermode: "closest",
      xaxis: axis(whole.x), yaxis: axis(whole.y), paper_bgcolor: "#fff", plot_bgcolor: "#fff" };
    Plotly.newPlot(plot, traces, layout, { displayModeBar: false, scrollZoom: true, doubleClick: false });
    new ResizeObserver(() => requestAnimationFrame(() => Plotly.Plots.resize(plot))).observe(plot);
    plot.on("plotly_click", (event) => {
      const i = pointed(event.points[0]);
      if (i !== undefined) read(i, true);
    });
    plot.on("plotly_hover", (event) => {
      const i = pointed(event.points[0]);
      if (i === undefined) return;
      const tip = $("tip");
      tip.replaceChildren(element("div", "", cut(said(i), 220)), element("div", "by", line(i)));
      tip.hidden = false;
      const { clientX: x, clientY: y } = event.event;
      tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - tip.offsetWidth - 8))}px`;
      tip.style.top = `${Math.max(4, Math.min(y + 14, innerHeight - tip.offsetHeight - 8))}px`;
    });
    plot.on("plotly_unhover", () => { $("tip").hidden = true; });
    plot.on("plotly_selected", (event) => {
      if (!event || plot.layout.dragmode !== "lasso") return;
      state.area = new Set(event.points.map(pointed).filter((i) => i !== undefined));
      draws(false);
      update();
    });
  };
  const pointed = (point) => groups[point.curveNumber - 1]?.held[point.pointIndex];
  const drawMap = () => {
    if (!canDraw) return;
    const place = new Map(groups.map(({ colour }, g) => [colour, g]));
    groups.forEach((group) => { group.held = []; });
    for (const i of state.shown) groups[place.get(colourOf(state.colour, i))].held.push(i);
    const along = (axis) => groups.map(({ held }) => held.map((i) => claims[axis][i]));
    Plotly.update(plot, { x: along("x"), y: along("y"), selectedpoints: null },
      { annotations: labels(), selections: [] }, groups.map((_, g) => g + 1));
  };
  const labels = () => {
    if (state.colour.key !== "pattern") return [];
    const placed = [];
    const across = plot.clientWidth / (whole.x[1] - whole.x[0]), down = plot.clientHeight / (whole.y[1] - whole.y[0]);
    for (const { x, y, name } of data.labels) {
      const text = cut(name, 28), box = { x: x * across, y: y * down, w: 3.6 * text.length + 8, h: 11 };
      if (placed.some((o) => Math.abs(o.box.x - box.x) < o.box.w + box.w && Math.abs(o.box.y - box.y) < o.box.h + box.h)) continue;
      placed.push({ box, note: { x, y, text: escaped(text), showarrow: false, yshift: 14, bgcolor: "rgba(255,255,255,.8)", borderpad: 2,
        font: { size: 12, color: "#1c1c1c" }, captureevents: false } });
    }
    return placed.map(({ note }) => note);
  };
  const markPoint = () => {
    if (!canDraw) return;
    const i = state.current;
    Plotly.restyle(plot, { x: [i < 0 ? [] : [claims.x[i]]], y: [i < 0 ? [] : [claims.y[i]]] }, [groups.length + 1]);
  };
  const zoom = (factor) => {
    const range = (axis) => {
      const [low, high] = plot.layout[axis].range, middle = (low + high) / 2, half = (high - low) / 2 * factor;
      return [middle - half, middle + half];
    };
    Plotly.relayout(plot, { "xaxis.range": range("xaxis"), "yaxis.range": range("yaxis") });
  };
  const draws = (on) => {
    $("area").setAttribute("aria-pressed", String(on));
    Plotly.relayout(plot, { dragmode: on ? "lasso" : "pan" });
  };

  // ---- Everything together --------------------------------------------------------------------
  const update = () => {
    const { shown, counts } = match();
    state.shown = sorted(shown);
    state.page = PAGE;
    const articles = new Set(shown.map((i) => claims.doc[i])).size;
    const drawn = state.area ? ` · in the area you drew` : "";
    $("count").textContent = `${number(shown.length)} of ${number(n)} claims in ${number(articles)} ${articles === 1 ? "document" : "documents"}${drawn}`;
    $("scroll").scrollTop = 0;
    $("save").disabled = !shown.length;
    drawMenus(counts);
    drawList();
    drawMap();
  };
  let waiting = 0;
  $("search").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      state.words = fold($("search").value).split(/\s+/).filter(Boolean);
      update();
    }, 150);
  });
  for (const id of ["since", "until"]) $(id).addEventListener("change", () => { state[id] = $(id).value; update(); });
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("filters").addEventListener("reset", () => {
    clearTimeout(waiting);
    Object.assign(state, { words: [], since: "", until: "", area: null });
    state.chosen.forEach((wanted) => wanted.clear());
    setTimeout(update);
  });
  $("order").addEventListener("change", () => { state.order = $("order").value; update(); });
  $("colour").addEventListener("change", () => {
    state.colour = facets.find((facet) => facet.key === $("colour").value);
    drawList();
    drawMap();
  });
  $("save").addEventListener("click", () => {
    const quoted = (id) => (/[",\n\r]/.test(id) ? `"${id.replaceAll('"', '""')}"` : id);
    const link = element("a");
    link.href = URL.createObjectURL(new Blob([["claim_id", ...state.shown.map((i) => quoted(claims.id[i]))].join("\n") + "\n"], { type: "text/csv" }));
    link.download = "claims.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  if (canDraw) {
    $("area").addEventListener("click", () => draws($("area").getAttribute("aria-pressed") !== "true"));
    $("zoom-in").addEventListener("click", () => zoom(0.7));
    $("zoom-out").addEventListener("click", () => zoom(1 / 0.7));
    $("whole").addEventListener("click", () => Plotly.relayout(plot, { "xaxis.range": whole.x.slice(), "yaxis.range": whole.y.slice() }));
  }

  const choices = (select, options) => {
    for (const [value, text] of options) {
      const option = element("option", "", text);
      option.value = value;
      select.append(option);
    }
  };
  const coloured = facets.filter((facet) => facet.values.some((value) => value.colour));
  state.colour = coloured[0] ?? facets[0];
  choices($("colour"), coloured.map((facet) => [facet.key, facet.label.toLowerCase()]));
  choices($("order"), [["given", "as given"], ...(docs.date.some(Boolean) ? [["date", "by date"]] : []), ...(claims.strength ? [["strength", "strongest first"]] : [])]);
  document.title = data.title;
  $("title").textContent = data.title;
  $("synthetic").hidden = !data.synthetic;
  $("notes").replaceChildren(...data.notes.map((note) => element("li", "text", note)));
  $("notes").hidden = !data.notes.length;
  $("dates").hidden = !docs.date.some(Boolean);
  $("map").hidden = !canDraw;
  $("main").classList.toggle("no-map", !canDraw);
  $("article").replaceChildren(element("p", "from", n ? "Choose a claim from the list or the map to read it in its article." : "There are no claims to show."));
  if (canDraw) startMap();
  update();
  document.documentElement.dataset.ready = "yes";
})();
