// What the keys do, and which key was meant.

const HELP = [
  ["1 … 9, a …", "Choose, or take the choice back"],
  ["0", "None applies"],
  ["Enter", "Store, and show the next one; of several questions, go to the next first"],
  ["u, Ctrl+Z", "Undo: take back what was stored last"],
  ["←  →", "Go back, or on, without storing"],
  ["↑  ↓", "Move among the choices; the codebook shows the one in focus"],
  ["Space", "Choose what is in focus"],
  ["c", "Write a comment; Esc leads back"],
  ["t", "Show the whole text, or only the paragraph"],
  ["?", "Show or hide this help"],
];

// Keys by their letter; where the keyboard is set to another script, by their place.
const pressed = (event) => {
  if (event.key.length > 1 || /^[\x20-\x7e]$/.test(event.key)) {
    // On some keyboards digits need Shift, and the bare key is another sign.
    const isDigitKey = /^Digit\d$/.test(event.code) && !/[\d?/]/.test(event.key);
    return isDigitKey && !event.shiftKey ? event.code.slice(5) : event.key.toLowerCase();
  }
  const found = /^(?:Key|Digit)(.)$/.exec(event.code);
  return found ? found[1].toLowerCase() : event.key;
};
