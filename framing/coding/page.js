// What stands on the page: built once, then drawn anew from each screen that the kernel sends.
// What happens when something is pressed is in coding.js.

class Page {
  constructor(setup) {
    this.setup = setup;
    this.names = new Map(setup.frames.map((frame) => [frame.id, frame.name]));
    this.frames = new Map(setup.frames.map((frame) => [frame.id, frame]));
    this.build();
  }

  build() {
    const live = { "aria-live": "polite" };
    this.where = make("p", { class: "fc-where", ...live });
    const bar = { class: "fc-bar", role: "progressbar", "aria-valuemin": 0 };
    this.bar = make("div", bar, make("span"));
    this.title = make("p", { class: "fc-title", dir: "auto" });
    const passage = { class: "fc-passage", tabindex: 0, role: "document", dir: "auto" };
    this.passage = make("div", passage);
    this.facts = make("p", { class: "fc-facts" });
    this.others = make("div", { class: "fc-others" });
    this.questions = make("div", { class: "fc-questions" });
    this.comment = make("textarea", { rows: 1, dir: "auto", placeholder: "Comment (c)" });
    this.comment.setAttribute("aria-label", "Comment");
    this.status = make("p", { class: "fc-status", role: "status" });
    this.alert = make("p", { class: "fc-alert", role: "alert" });
    this.read = make("p", { class: "fc-unseen", ...live });
    const book = { class: "fc-book", role: "document", tabindex: 0, "aria-label": "Codebook" };
    this.book = make("aside", book);
    this.help = this.buildHelp();
    this.book.hidden = !this.setup.frames.length;
    const comment = make("div", { class: "fc-comment" }, this.comment);
    const work = make(
      "div",
      { class: "fc-work" },
      ...[this.title, this.passage, this.facts, this.others, this.questions, comment],
      ...[this.alert, this.status, this.buildActions()],
    );
    const { summary, title } = this.setup;
    this.root = make(
      "section",
      {
        class: this.book.hidden ? "framing-coding fc-single" : "framing-coding",
        role: "application",
        "aria-label": title,
        // Else the notebook's own one-letter commands would run, such as cutting a cell.
        "data-lm-suppress-shortcuts": "true",
      },
      summary ? summaryOf(summary) : null,
      this.buildHead(),
      make("div", { class: "fc-body" }, work, this.book),
      this.help,
      this.read,
    );
  }

  buildHead() {
    const who = make("p", { class: "fc-who" }, this.setup.role, " ", name(this.setup.who));
    const help = button("Help", "?", "?", () => this.toggleHelp());
    return make("header", { class: "fc-head" }, who, this.where, help, this.bar);
  }

  buildActions() {
    this.actions = {
      store: button("Store", "Enter", "Enter", () => this.enter()),
      undo: button("Undo", "u", "u Control+Z", () => this.leave("undo", { do: "undo" })),
      back: button("Back", "←", "ArrowLeft", () => this.leave("back", { do: "move", step: -1 })),
      on: button("Skip", "→", "ArrowRight", () => this.leave("on", { do: "move", step: 1 })),
      widen: button("Whole text", "t", "t", () => this.widen()),
    };
    this.actions.store.classList.add("fc-main");
    return make("div", { class: "fc-actions" }, ...Object.values(this.actions));
  }

  buildHelp() {
    const rows = HELP.flatMap(([key, text]) => [make("dt", {}, key), make("dd", {}, text)]);
    const help = { class: "fc-help", role: "document", "aria-label": "Help", tabindex: -1 };
    const node = make("div", help);
    node.append(make("h3", {}, "Keys"), make("dl", {}, ...rows));
    node.hidden = true;
    return node;
  }

  drawHead() {
    const { place: at, total, done } = this.screen;
    this.where.textContent = `${this.setup.unit} ${at} of ${total} · ${done} done`;
    this.bar.setAttribute("aria-valuemax", total);
    this.bar.setAttribute("aria-valuenow", done);
    this.bar.setAttribute("aria-label", `${done} of ${total} done`);
    this.bar.firstChild.style.inlineSize = `${(100 * done) / total}%`;
  }

  drawPassage() {
    const { screen } = this;
    const cut = (pieces) =>
      pieces.map((piece) => {
        const text = piece.hidden
          ? make("span", { class: "fc-hidden", role: "img", "aria-label": "name hidden" }, "hidden")
          : document.createTextNode(piece.text);
        return piece.claim ? make("mark", {}, text) : text;
      });
    this.title.hidden = !screen.title.length;
    fill(this.title, ...cut(screen.title));
    fill(this.passage, ...cut(screen.passage));
    this.passage.lang = screen.lang;
    this.passage.hidden = !screen.passage.length;
    const label = `${this.setup.unit} ${screen.place} of ${screen.total}`;
    this.passage.setAttribute("aria-label", label);
    const marked = this.passage.querySelector("mark");
    const above = marked ? marked.offsetTop - this.passage.offsetTop - 40 : 0;
    this.passage.scrollTop = Math.max(0, above);
    this.drawFacts();
    this.actions.widen.hidden = !screen.more;
    this.actions.widen.firstChild.textContent = screen.wide ? "Paragraph" : "Whole text";
  }

  drawFacts() {
    const { facts } = this.screen;
    const shown = facts.filter((fact) => !fact.hidden);
    const hidden = facts.filter((fact) => fact.hidden).map((fact) => fact.name);
    const parts = shown.map(({ name: what, value }) =>
      make("span", {}, what === "date" ? null : `${what}: `, name(value)),
    );
    if (hidden.length) parts.push(`hidden: ${hidden.join(", ")}`);
    this.facts.replaceChildren(...parts.flatMap((part, i) => (i ? [" · ", part] : [part])));
    this.facts.hidden = !parts.length;
  }

  // Settling: what each coder said, side by side, to be taken over by a key.
  drawOthers() {
    const columns = this.screen.others.map((other) => {
      const said = other.codes.map((code) => make("span", { class: "fc-said" }, name(code)));
      const comment = make("p", { class: "fc-quiet", dir: "auto" }, other.comment);
      return make(
        "div",
        { class: "fc-other" },
        make("h3", {}, name(other.coder)),
        make("p", {}, ...said),
        other.comment ? comment : null,
        button(`Take ${other.coder}’s`, other.key, other.key || null, () => this.take(other)),
      );
    });
    fill(this.others, ...columns);
    this.others.hidden = !columns.length;
  }

  drawQuestions() {
    const groups = this.screen.questions.map((question, i) => this.drawQuestion(question, i));
    fill(this.questions, ...groups);
    this.mark();
  }

  drawQuestion(question, i) {
    const id = `fc-${crypto.getRandomValues(new Uint32Array(1))[0]}`; // for the labels
    const single = question.kind === "one" || question.kind === "yes_no";
    const role = single ? "radiogroup" : "group";
    const machine = make("p", { class: "fc-machine" }, "machine: ", name(question.machine));
    return make(
      "div",
      { class: "fc-question", role, "aria-labelledby": id, "data-question": i },
      this.drawHeading(question, i, id),
      question.machine === null ? null : machine,
      question.kind === "text" ? this.drawInput(question, id) : this.drawChoices(question, i),
    );
  }

  drawInput(question, id) {
    const input = make("input", { type: "text", dir: "auto", "aria-labelledby": id });
    input.autocomplete = "off";
    input.value = this.draft.codes[question.id] ?? "";
    input.addEventListener("input", () => {
      this.draft.codes[question.id] = input.value.trim() || null;
    });
    return input;
  }

  drawChoices(question, i) {
    const several = question.kind === "several";
    const none = { id: null, name: "None applies", key: "0" };
    const values = several ? [...question.values, none] : question.values;
    const choices = values.map((value) =>
      this.drawChoice(several ? "checkbox" : "radio", value, () => this.choose(i, value.id)),
    );
    return make("div", { class: "fc-choices" }, ...choices);
  }

  // Of several questions one is open; the others are a line with their answer, so that the text
  // stays in sight.
  drawHeading(question, i, id) {
    const asked = make("span", { dir: "auto" }, question.question);
    if (this.screen.questions.length === 1) return make("h3", { id }, asked);
    const answer = make("span", { class: "fc-answer", dir: "auto" });
    const fold = make("button", { type: "button", class: "fc-fold", id }, asked, answer);
    fold.addEventListener("click", () => this.activate(i));
    return make("h3", {}, fold);
  }

  drawChoice(role, value, action) {
    const attributes = {
      type: "button",
      class: "fc-choice",
      role,
      tabindex: -1,
      "aria-checked": "false",
      "aria-keyshortcuts": value.key || null,
      "data-value": JSON.stringify(value.id),
    };
    const node = make(
      "button",
      attributes,
      make("span", { class: "fc-key", "aria-hidden": "true" }, value.key),
      make("span", { class: "fc-box", "aria-hidden": "true" }),
      make("span", { class: "fc-name", dir: "auto" }, value.name),
    );
    node.addEventListener("click", action);
    return node;
  }

  // Show the state of the draft: choices taken, the active question, the one choice Tab leads to.
  mark() {
    [...this.questions.children].forEach((group, i) => {
      const question = this.screen.questions[i];
      const code = this.draft.codes[question.id] ?? null;
      group.classList.toggle("fc-active", i === this.active);
      const fold = group.querySelector(".fc-fold");
      if (fold) {
        fold.setAttribute("aria-expanded", String(i === this.active));
        fold.lastChild.textContent = code === null ? "" : this.inWords(question, code);
      }
      this.markChoices([...group.querySelectorAll(".fc-choice")], code);
    });
    this.drawBook();
  }

  markChoices(choices, code) {
    const codes = Array.isArray(code) ? code : [code];
    const isTaken = (value) =>
      value === null ? code !== null && !codes.length : codes.includes(value);
    for (const choice of choices) {
      const taken = isTaken(JSON.parse(choice.dataset.value));
      choice.setAttribute("aria-checked", String(taken));
    }
    const stop =
      choices.find((choice) => choice === document.activeElement) ??
      choices.find((choice) => choice.getAttribute("aria-checked") === "true") ??
      choices[0];
    for (const choice of choices) choice.tabIndex = choice === stop ? 0 : -1;
  }

  inWords(question, code) {
    if (question.kind === "text") return code;
    const names = new Map(question.values.map((value) => [value.id, value.name]));
    const codes = Array.isArray(code) ? code : [code];
    return codes.map((one) => names.get(one) ?? one).join(", ") || "none applies";
  }

  say(text, alert = false) {
    this.alert.textContent = alert ? text : "";
    this.status.textContent = alert ? "" : text;
  }

  drawBook() {
    const question = this.screen.questions[this.active];
    const focus = this.questions.contains(document.activeElement) ? document.activeElement : null;
    const id = JSON.parse(focus?.dataset.value ?? "null");
    const value = question.values.find((one) => one.id === id);
    const first = this.shownFrame ?? question.values[0]?.id;
    const frame = question.id === "frames" ? this.frames.get(id ?? first) : undefined;
    if (frame) this.shownFrame = frame.id;
    const card = frame ? frameCard(frame, this.names) : questionCard(question, value);
    fill(this.book, ...card, rulesCard(this.setup.rules));
  }
}
