// While something runs and is looked at, how far it is is asked for each second.
let running = false, inside = false;
setInterval(() => {
  if (running && document.body.dataset.view === 'library' && !document.hidden) trigger('select', {do: 'job'});
}, 1000);
element.addEventListener('focusin', () => { inside = true; });
element.addEventListener('focusout', (event) => { inside = !event.relatedTarget; });
watch('value', () => {
  const began = !running, heading = element.querySelector('#job-name');
  running = Boolean(element.querySelector('[data-running]'));
  // whose button has gone, or was used to begin it, is led to what came of it; who types elsewhere is left alone
  const at = document.activeElement;
  const free = at === document.body || at.matches('#intake .button, #shelf .button');
  if (heading && free && (inside || (running && began))) {
    heading.focus({preventScroll: true});
    element.scrollIntoView({block: 'nearest'});
  }
});
