// Reliability as tables: alpha per frame with its interval drawn on a line, then pairs of coders.

const figure = (value) => (value === null ? "–" : value.toFixed(2).replace("-", "−"));

// From -.2 to 1, where alpha lies in practice; the lines are Krippendorff's .667 and .800.
const place = (value) => `${(100 * (Math.min(1, Math.max(-0.2, value)) + 0.2)) / 1.2}%`;

const intervalBar = (row) => {
  const bar = make("span", { class: "fc-interval", "aria-hidden": "true" });
  for (const limit of [0.667, 0.8]) {
    const line = make("span", { class: "fc-limit" });
    line.style.insetInlineStart = place(limit);
    bar.append(line);
  }
  if (row.low !== null && row.high !== null) {
    const range = make("span", { class: "fc-range" });
    range.style.insetInlineStart = place(row.low);
    range.style.insetInlineEnd = `calc(100% - ${place(row.high)})`;
    bar.append(range);
  }
  if (row.estimate !== null) {
    const dot = make("span", { class: "fc-dot" });
    dot.style.insetInlineStart = place(row.estimate);
    bar.append(dot);
  }
  return bar;
};

const tableOf = (caption, heads, rows) =>
  make(
    "table",
    {},
    make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
    make("tbody", {}, ...rows),
  );

const cells = (head, ...rest) => {
  const first = make("th", { scope: "row" }, name(head));
  return make("tr", {}, first, ...rest.map((cell) => make("td", {}, cell)));
};

const range = (row) => (row.low === null ? "" : `${figure(row.low)} to ${figure(row.high)}`);

const rowOf = (row) =>
  cells(row.label, figure(row.estimate), range(row), intervalBar(row), row.count, row.note);

const summaryOf = (summary) => {
  const heads = ["alpha", "95 % interval", "−.2 to 1"];
  const frames = [summary.what, ...heads, "times given", "note"];
  const pairs = ["coders", ...heads, "claims", "note"];
  return make(
    "div",
    { class: "fc-summary" },
    make("p", { class: "fc-quiet" }, summary.text),
    tableOf("Agreement", frames, summary.alpha.map(rowOf)),
    summary.pairs.length > 1 ? tableOf("Pairs of coders", pairs, summary.pairs.map(rowOf)) : null,
  );
};
