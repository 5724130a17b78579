// The codebook beside the claim: what the frame in focus means, and what it is easily taken for.

const pair = ([head, text]) =>
  make("li", { dir: "auto" }, make("strong", {}, name(head)), ": ", name(text));

const pairs = (rows) => make("ul", {}, ...rows.map(pair));

const frameCard = (frame, names) => {
  const { counts, does_not_count: not, elements, examples } = frame;
  const parts = [
    make("h3", { dir: "auto" }, frame.name),
    make("p", { dir: "auto" }, frame.definition),
  ];
  if (counts.length) parts.push(section("Counts", list(counts)));
  if (not.length) parts.push(section("Does not count", list(not)));
  const near = frame.near_misses.map(([id, why]) => [names.get(id) ?? id, why]);
  if (near.length) parts.push(section("Near misses", pairs(near)));
  if (elements.length) parts.push(section("Elements", pairs(elements)));
  if (examples.length) parts.push(section("Examples", list(examples)));
  return parts;
};

const questionCard = (question, value) => [
  make("h3", { dir: "auto" }, value ? value.name : question.name),
  make("p", { dir: "auto" }, question.question),
];

const rulesCard = (rules) => {
  if (!rules.length) return null;
  return make("details", {}, make("summary", {}, "Rules for all frames"), list(rules));
};
