// Where the reader is: the contents mark the section that is read, and the bar names
// it once the page's title is out of sight.
const contents = document.getElementById('contents');
const bar = document.querySelector('.bar');
const where = document.querySelector('.where');
const title = document.querySelector('main h1');
const name = document.title.split(' · ')[0];
const sections = [...contents.querySelectorAll('.toc a[href^="#"]')]
  .map((link) => ({ link, heading: document.getElementById(decodeURIComponent(link.hash.slice(1))) }))
  .filter(({ heading }) => heading);

const topOf = (element) => element.getBoundingClientRect().top;

// current is the last section that begins in the upper quarter of the screen or above
// it. At the page's end, where short ones cannot rise so far, it is the one that the
// reader asked for, or the last.
function current() {
  const end = scrollY > 0 && scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
  if (end) return sections.find(({ heading }) => heading.matches(':target') && topOf(heading) >= 0) ?? sections.at(-1);
  const edge = bar.offsetHeight + innerHeight / 4;
  return sections.findLast(({ heading }) => topOf(heading) < edge);
}

// keepInSight scrolls the contents alone: scrollIntoView would scroll the page too, and
// have the Tab key begin there.
function keepInSight(link) {
  const box = contents.getBoundingClientRect();
  const at = link.getBoundingClientRect();
  const margin = box.height / 8;
  if (at.top < box.top + margin || at.bottom > box.bottom - margin) contents.scrollTop += at.top - box.top - box.height / 3;
}

const page = contents.querySelector('[aria-current=page]');
let marked = null;

function look() {
  const now = current();
  const gone = title && title.getBoundingClientRect().bottom < bar.offsetHeight;
  const text = !gone ? '' : [name.split(':')[0], now?.link.textContent].filter(Boolean).join(' · ');
  if (where.textContent !== text) where.textContent = text;
  if (now?.link === marked) return;
  marked?.removeAttribute('aria-current');
  marked = now?.link;
  marked?.setAttribute('aria-current', 'location');
  if (marked ?? page) keepInSight(marked ?? page);
}

let asked = false;
function lookSoon() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => { asked = false; look(); });
}

addEventListener('scroll', lookSoon, { passive: true });
addEventListener('resize', lookSoon);
contents.addEventListener('toggle', () => { if (marked ?? page) keepInSight(marked ?? page); });
if (page) keepInSight(page);
look();
