// Asked for when the library is looked at, and again when the status tells of another generation of the index
// meanwhile. The server makes it once for each generation.
const fetchOverview = () => trigger('select', {do: 'overview'});
const isLooked = () => document.body.dataset.view === 'library';
const isOld = () => {
  const live = document.querySelector('#status').textContent.match(/generation (\d+)/)?.[1];
  const shown = element.querySelector('.overview')?.dataset.generation;
  return live !== undefined && shown !== undefined && live !== shown;
};
document.addEventListener('dateline:view', () => { if (isLooked()) fetchOverview(); });
setTimeout(() => {
  const change = {childList: true, subtree: true, characterData: true};
  new MutationObserver(() => { if (isLooked() && isOld()) fetchOverview(); }).observe(document.querySelector('#status'), change);
});
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-do=open]');
  if (button) window.openedFrom = button;
});
