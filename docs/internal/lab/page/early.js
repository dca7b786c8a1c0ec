// What the reader has chosen, here or in the guide, is set before the page is drawn.
{
  const root = document.documentElement;
  const theme = localStorage.getItem("theme");
  if (theme) root.dataset.theme = theme;
  root.classList.toggle("large", Boolean(localStorage.getItem("projector")));
}
