// Building blocks of the widget. Texts only ever become text nodes: nothing that stands in a text
// is read as markup, so a <script> in a claim is seven letters between two brackets.

const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) {
    if (child === null || child === undefined) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
};

const fill = (node, ...children) => {
  node.replaceChildren(...children.filter((child) => child !== null && child !== undefined));
  return node;
};

// Names may be in any script: each finds its own direction.
const name = (text) => make("bdi", {}, text);

const keycap = (key) => make("kbd", { class: "fc-key", "aria-hidden": "true" }, key);

const button = (label, key, shortcut, action) => {
  const node = make(
    "button",
    { type: "button", class: "fc-button", "aria-keyshortcuts": shortcut },
    label,
    key ? keycap(key) : null,
  );
  node.addEventListener("click", action);
  return node;
};

const list = (items) => make("ul", {}, ...items.map((item) => make("li", { dir: "auto" }, item)));

const section = (title, node) =>
  make("div", { class: "fc-part" }, make("h4", {}, title), node);
