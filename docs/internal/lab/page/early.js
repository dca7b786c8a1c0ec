// What the reader has chosen is set before the page is drawn: the colours, also in the
// guide, and large type for the lab alone, which fills a projector without it.
{
  const root = document.documentElement;
  const theme = localStorage.getItem("theme");
  if (theme) root.dataset.theme = theme;
  root.classList.toggle("large", Boolean(localStorage.getItem("lab-large")));
}
