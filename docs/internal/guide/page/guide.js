// What a page can do with a script: it copies, folds out, remembers, and hears
// keys. All of it has a plain link or nothing in its place without one.
const root = document.documentElement;
const words = document.getElementById('words').dataset;

// Copying.

function copyButton(figure) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = words.copy;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(codeOf(figure));
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = words.copy; }, 1500);
  });
  figure.append(button);
}

// codeOf is the text of a block; of a console it is what one types.
function codeOf(figure) {
  if (!figure.classList.contains('console')) return figure.querySelector('code').textContent + '\n';
  return [...figure.querySelectorAll('kbd')].map((line) => line.textContent).join('');
}

function addCopyButtons(within) {
  for (const figure of within.querySelectorAll('figure.code')) {
    if (!figure.querySelector('.copy')) copyButton(figure);
  }
}

// A diff is fetched when it is first folded out.

function fetchDiff(details) {
  details.addEventListener('toggle', async () => {
    if (!details.open || details.dataset.loaded) return;
    details.dataset.loaded = 'yes';
    const place = details.querySelector(':scope > div');
    try {
      const answer = await fetch(details.dataset.fragment);
      if (!answer.ok) throw new Error(answer.statusText);
      place.innerHTML = await answer.text();
    } catch (error) {
      delete details.dataset.loaded;
      place.append(words.failed);
    }
  });
}

// What is chosen.

function remember(key, value) {
  if (value) localStorage.setItem(key, value);
  else localStorage.removeItem(key);
}

function isDark() {
  if (root.dataset.theme) return root.dataset.theme === 'dark';
  return matchMedia('(prefers-color-scheme: dark)').matches;
}

const does = {
  theme() {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    remember('theme', root.dataset.theme);
    document.dispatchEvent(new Event('theme'));
  },
  projector() {
    keepPlace(() => remember('projector', root.toggleAttribute('data-projector') ? 'on' : ''));
    showProjector();
  },
  contents() {
    const menu = document.querySelector('.menu');
    if (menu.checkVisibility()) menu.click();
    else document.querySelector('#contents [aria-current], #contents a').focus();
  },
  keys() {
    const dialog = document.getElementById('keys');
    if (dialog.open) dialog.close();
    else dialog.showModal();
  },
};

// keepPlace does what gives everything another size, and leaves what is read where it is
// on the screen.
function keepPlace(change) {
  const edge = document.querySelector('.bar').offsetHeight;
  const all = [...document.querySelectorAll('main :is(h1, h2, h3, p, li, summary, figure, tr)')];
  const read = scrollY > 0 && all.find((element) => element.getBoundingClientRect().top >= edge);
  const before = read && read.getBoundingClientRect().top;
  change();
  if (read) scrollBy(0, read.getBoundingClientRect().top - before);
}

function showProjector() {
  document.querySelector('[data-do=projector]').setAttribute('aria-pressed', root.hasAttribute('data-projector'));
}

// Keys.

const query = document.querySelector('input[name=q]');

function go(rel) {
  const link = document.querySelector(`link[rel=${rel}]`);
  if (link) location.href = link.href;
}

const keys = {
  n: () => go('next'), ArrowRight: () => go('next'),
  p: () => go('prev'), ArrowLeft: () => go('prev'),
  '/': () => query.select(), c: does.contents, t: does.theme, b: does.projector, '?': does.keys,
};

// wantsArrows says whether the arrow keys move what has the focus.
function wantsArrows(element) {
  return element && element !== document.body && element.scrollWidth > element.clientWidth;
}

document.addEventListener('keydown', (event) => {
  const at = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || at.closest('input, textarea, select, [contenteditable]')) return;
  if (!Object.hasOwn(keys, event.key) || (event.key.startsWith('Arrow') && (event.shiftKey || wantsArrows(at)))) return;
  event.preventDefault();
  keys[event.key]();
});

// The search answers while one types, on its own page.

const found = document.getElementById('found');
if (found) {
  let asked = 0;
  query.addEventListener('input', async () => {
    const mine = ++asked;
    const q = encodeURIComponent(query.value);
    const answer = await fetch(`/search?fragment=1&q=${q}`);
    const text = await answer.text();
    if (mine === asked && answer.ok) {
      found.innerHTML = text;
      history.replaceState(null, '', `/search?q=${q}`);
    }
  });
}

// What is folded is printed too, and folded again afterwards.

let opened = [];
addEventListener('beforeprint', () => {
  opened = [...document.querySelectorAll('article details:not([open]):not(.step)')];
  for (const details of opened) details.open = true;
});
addEventListener('afterprint', () => {
  for (const details of opened) details.open = false;
});

// A table that fits needs no scrolling of its own.

const fits = new ResizeObserver((all) => {
  for (const { target } of all) target.classList.toggle('fits', target.scrollWidth <= target.clientWidth);
});
for (const table of document.querySelectorAll('.scroll:has(> table > thead)')) fits.observe(table);

addCopyButtons(document);
showProjector();
for (const details of document.querySelectorAll('details[data-fragment]')) fetchDiff(details);
for (const button of document.querySelectorAll('[data-do]')) button.addEventListener('click', does[button.dataset.do]);
