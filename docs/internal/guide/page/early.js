// What the reader has chosen is set before the page is drawn, so that it does
// not flash in another colour or size.
(() => {
  const root = document.documentElement;
  root.classList.add('script');
  const theme = localStorage.getItem('theme');
  if (theme) root.dataset.theme = theme;
  if (localStorage.getItem('projector')) root.dataset.projector = '';
})();
