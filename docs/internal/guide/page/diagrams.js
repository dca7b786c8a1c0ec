// Mermaid draws the diagrams, in the colours of the page, and again when those
// change.
const blocks = [...document.querySelectorAll('pre.mermaid')].map((block) => ({ block, source: block.textContent }));
const words = document.getElementById('words').dataset;

// nameOf is what a diagram is called for those who cannot see it: the last
// heading before it.
function nameOf(block) {
  let name = document.title;
  for (const heading of document.querySelectorAll('h1, h2, h3')) {
    if (heading.compareDocumentPosition(block) & Node.DOCUMENT_POSITION_FOLLOWING) name = heading.firstChild.textContent;
  }
  return `${words.diagram}: ${name.trim()}`;
}

async function draw() {
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(name).trim();
  window.mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    theme: 'base',
    fontFamily: getComputedStyle(document.body).fontFamily,
    themeVariables: {
      background: color('--paper'), primaryColor: color('--panel'), primaryTextColor: color('--ink'),
      primaryBorderColor: color('--accent'), lineColor: color('--quiet'), textColor: color('--ink'),
      secondaryColor: color('--soft'), tertiaryColor: color('--paper'), noteBkgColor: color('--soft'),
      noteTextColor: color('--ink'), noteBorderColor: color('--line'), edgeLabelBackground: color('--paper'),
      actorBkg: color('--panel'), actorBorder: color('--accent'), actorTextColor: color('--ink'),
      signalColor: color('--ink'), signalTextColor: color('--ink'), labelBoxBkgColor: color('--panel'),
      activationBkgColor: color('--soft'), activationBorderColor: color('--accent'),
    },
  });
  for (const [i, { block, source }] of blocks.entries()) {
    const { svg } = await window.mermaid.render(`diagram-${i}`, source);
    block.innerHTML = svg;
    block.classList.add('drawn');
    const picture = block.querySelector('svg');
    picture.style.maxWidth = `${parseFloat(picture.style.maxWidth) / 16}rem`; // as large as the text is
    picture.setAttribute('role', 'img');
    picture.setAttribute('aria-label', nameOf(block));
  }
  document.documentElement.dataset.diagrams = 'drawn';
}

document.addEventListener('theme', draw);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
draw();
