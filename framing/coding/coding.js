// The coding widget. The kernel decides what is shown (the trait "screen"); this file sends back
// what was pressed. A code counts as stored only when the kernel's next screen says so.

const PATIENCE = 4000; // milliseconds before the coder is told that the kernel has not answered

const UNSTORED =
  "What you chose here is not stored. Enter stores it; press again to leave without it.";
const SILENT =
  "The kernel has not answered, so this may not be stored. If it was stopped, start it and run" +
  " the cell again: all that was stored is there.";

const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

class Coding extends Page {
  constructor(model, el) {
    super(model.get("setup"));
    this.model = model;
    this.pending = false;
    this.listen();
    el.append(this.root);
    this.receive = () => this.update(model.get("screen"));
    model.on("change:screen", this.receive);
    this.update(model.get("screen"));
  }

  close() {
    clearTimeout(this.timer);
    this.model.off("change:screen", this.receive);
    this.root.remove();
  }

  listen() {
    this.root.addEventListener("keydown", (event) => this.key(event));
    for (const kind of ["keyup", "keypress"]) {
      this.root.addEventListener(kind, (event) => event.stopPropagation());
    }
    this.root.addEventListener("focusin", (event) => this.focused(event.target));
    this.root.addEventListener("click", (event) => {
      const kept = event.target.closest("button, input, textarea, summary, [tabindex]");
      if (!kept && getSelection().isCollapsed) this.goHome();
    });
    this.comment.addEventListener("input", () => (this.draft.comment = this.comment.value));
  }

  // ---- the kernel's answer -------------------------------------------------------------------

  update(screen) {
    clearTimeout(this.timer);
    const moved = screen.claim_id !== this.screen?.claim_id;
    const within = this.root.contains(document.activeElement);
    this.screen = screen;
    this.wait(false);
    if (!screen.keep || moved) this.restart();
    this.warned = "";
    this.drawHead();
    this.drawPassage();
    this.drawOthers();
    this.drawQuestions();
    this.say(screen.note, screen.alert);
    if (moved) fill(this.read, document.createTextNode(this.spoken()));
    if (within && (moved || !this.root.contains(document.activeElement))) this.goHome();
  }

  // What was not stored gives way to what holds on disk.
  restart() {
    this.draft = { codes: { ...this.screen.stored }, comment: this.screen.comment };
    this.comment.value = this.screen.comment;
    this.active = 0;
    this.skipped = new Set();
  }

  spoken() {
    const claim = this.screen.passage.filter((piece) => piece.claim);
    const text = claim.map((piece) => (piece.hidden ? "name hidden" : piece.text)).join("");
    return `${this.setup.unit} ${this.screen.place}: ${text}`;
  }

  // ---- what is chosen --------------------------------------------------------------------------

  choose(i, value) {
    if (this.pending) return;
    const question = this.screen.questions[i];
    this.draft.codes[question.id] = this.toggled(question, value);
    this.active = i;
    this.warned = "";
    this.say("");
    const choices = [...this.questions.children[i].querySelectorAll(".fc-choice")];
    choices.find((one) => one.dataset.value === JSON.stringify(value))?.focus();
    this.mark();
  }

  // The answer after a choice was taken, or taken back; null is no answer, [] is "none applies".
  toggled(question, value) {
    const before = this.draft.codes[question.id] ?? null;
    if (question.kind !== "several") return before === value ? null : value;
    if (value === null) return before?.length === 0 ? null : [];
    const held = new Set(before ?? []);
    if (!held.delete(value)) held.add(value);
    const ids = question.values.map((one) => one.id).filter((id) => held.has(id));
    return ids.length ? ids : null;
  }

  take(other) {
    if (this.pending) return;
    for (const { id } of this.screen.questions) this.draft.codes[id] = other.values[id] ?? null;
    this.mark();
    this.say(`Taken from ${other.coder}, not stored yet.`);
  }

  isOpen(question) {
    return (this.draft.codes[question.id] ?? null) === null;
  }

  isChanged() {
    const { questions, stored } = this.screen;
    const codes = questions.some(({ id }) => !same(this.draft.codes[id], stored[id]));
    return codes || this.draft.comment.trim() !== this.screen.comment;
  }

  // ---- what is sent ----------------------------------------------------------------------------

  // Enter: warn once of an open question, lead to the next one, store after the last.
  enter() {
    if (this.pending) return;
    const { questions } = this.screen;
    const here = questions[this.active];
    if (this.isOpen(here) && !this.skipped.has(here.id)) {
      const several = questions.length > 1;
      const none = here.kind === "several" ? "Press 0 if none applies" : "Answer it";
      const on = several ? "Enter to leave the question open" : "→ to go on without a code";
      this.say(`Nothing is chosen. ${none}, or press ${on}.`, true);
      if (several) this.skipped.add(here.id);
      return;
    }
    const next = questions.findIndex((one) => this.isOpen(one) && !this.skipped.has(one.id));
    if (next >= 0) {
      this.activate(next);
      this.say("");
    } else if (questions.every((one) => this.isOpen(one))) {
      this.say("No question is answered. Press → to go on without a code.", true);
    } else {
      this.send({ do: "store", codes: this.draft.codes, comment: this.draft.comment });
    }
  }

  activate(i) {
    this.active = i;
    this.mark();
    this.questions.children[i].querySelector("input, .fc-choice[tabindex='0']")?.focus();
  }

  // Leaving choices that are not stored takes a second press.
  leave(which, message) {
    if (this.pending) return;
    if (this.isChanged() && this.warned !== which) {
      this.say(UNSTORED, true);
      this.warned = which;
      return;
    }
    this.send(message);
  }

  widen() {
    if (!this.pending && this.screen.more) this.send({ do: "widen" });
  }

  // Keys that come before the answer are not kept: they would code a claim that nobody has seen.
  send(message) {
    this.wait(true);
    this.timer = setTimeout(() => this.say(SILENT, true), PATIENCE);
    try {
      this.model.send({ ...message, claim_id: this.screen.claim_id });
    } catch {
      this.say(SILENT, true);
    }
  }

  wait(pending) {
    this.pending = pending;
    this.root.setAttribute("aria-busy", String(pending));
    for (const box of this.root.querySelectorAll("input, textarea")) box.readOnly = pending;
  }

  // ---- keys and focus --------------------------------------------------------------------------

  key(event) {
    event.stopPropagation(); // the notebook must not take these keys as its own
    if (event.isComposing) return;
    const typing = event.target.matches("input, textarea");
    const act = typing ? this.typingAct(event) : this.codingAct(event);
    if (act) {
      event.preventDefault();
      act();
    }
  }

  typingAct(event) {
    if (event.key === "Enter" && !event.shiftKey) return () => this.enter();
    if (event.key === "Escape") return () => this.goHome();
    return null;
  }

  codingAct(event) {
    // A key held down is pressed once, or it would pass the warnings that ask for a second press.
    if (event.repeat && !/^Arrow(Up|Down)$/.test(event.key)) return () => {};
    const key = pressed(event);
    const undo = () => this.actions.undo.click();
    if (event.ctrlKey || event.metaKey) return key === "z" && !event.shiftKey ? undo : null;
    if (event.altKey) return null;
    const ownEnter = event.target.matches("button:not(.fc-choice), summary");
    if (key === "enter") return ownEnter ? null : () => this.enter();
    const acts = {
      u: undo,
      arrowleft: () => this.actions.back.click(),
      arrowright: () => this.actions.on.click(),
      arrowup: () => this.step(-1),
      arrowdown: () => this.step(1),
      c: () => this.comment.focus(),
      t: () => this.widen(),
      "?": () => this.toggleHelp(),
    };
    if (key === "escape" && !this.help.hidden) return () => this.toggleHelp();
    return acts[key] ?? this.choiceAct(key);
  }

  choiceAct(key) {
    const other = this.screen.others.find((one) => one.key === key);
    if (other) return () => this.take(other);
    const question = this.screen.questions[this.active];
    if (key === "0" && question.kind === "several") return () => this.choose(this.active, null);
    const value = question.values.find((one) => one.key === key) ?? null;
    return value === null ? null : () => this.choose(this.active, value.id);
  }

  step(by) {
    const stops = [...this.questions.querySelectorAll(".fc-active .fc-choice")];
    const at = stops.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : stops.length - 1) : at + by;
    stops[Math.min(Math.max(next, 0), stops.length - 1)]?.focus();
  }

  focused(target) {
    const group = target.closest(".fc-question");
    if (!group || target.matches(".fc-fold")) return;
    this.active = Number(group.dataset.question);
    this.mark();
  }

  // Where the keys are heard: the text, or the first choice where there is none.
  goHome() {
    const stop = this.questions.querySelector(".fc-active [tabindex='0'], .fc-active input");
    (this.passage.hidden ? stop : this.passage)?.focus();
  }

  toggleHelp() {
    this.help.hidden = !this.help.hidden;
    if (this.help.hidden) this.goHome();
    else this.help.focus();
  }
}

function render({ model, el }) {
  const coding = new Coding(model, el);
  return () => coding.close();
}

export default { render };
