// The page's only ways to write: text, never markup. What documents say is other people's.

const $ = (id) => document.getElementById(id);

function text(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** A topic's name, which may break after a dot. */
function name(element, words) {
  if (element.textContent === words) return;
  element.replaceChildren(...words.split(/(?<=\.)/).flatMap((part, i) => (i === 0 ? [part] : [document.createElement("wbr"), part])));
}

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** One child an item, in order; a child stays while its key does, so that nothing flickers and a reader keeps its place. */
function list(parent, items, keyOf, create, update) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  items.forEach((item, i) => {
    const key = String(keyOf(item));
    let child = old.get(key);
    if (child === undefined) {
      child = create(item);
      child.dataset.key = key;
    }
    old.delete(key);
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null);
    update(child, item);
  });
  old.forEach((child) => child.remove());
}

/** A bound and how full it is: {label, value, limit, words, full}. Without a limit, the words alone. */
function meters(parent, all) {
  list(
    parent,
    all,
    (meter) => meter.label,
    (meter) => {
      const bar = make("div", "bar", make("i"));
      bar.setAttribute("role", "meter");
      bar.setAttribute("aria-label", meter.label);
      bar.setAttribute("aria-valuemin", "0");
      return make("div", "meter", make("span", "label", meter.label), make("span", "value"), bar);
    },
    (element, { value, limit, words, full }) => {
      const [, shown, bar] = element.children;
      const share = limit > 0 && value != null ? Math.min(1, value / limit) : 0;
      text(shown, words);
      bar.hidden = limit == null;
      bar.setAttribute("aria-valuenow", String(value ?? 0));
      bar.setAttribute("aria-valuemax", String(limit ?? 0));
      bar.setAttribute("aria-valuetext", words);
      bar.firstChild.style.transform = `scaleX(${share.toFixed(4)})`;
      element.classList.toggle("full", full === true);
    },
  );
}
