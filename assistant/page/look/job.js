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
  // whoever began it, or was at its button, is led to what came of it
  const lost = document.activeElement === document.body && inside;
  const sent = document.activeElement.closest('#intake, #shelf form[data-do=remove]');
  if (heading && (lost || (running && began && sent))) {
    heading.focus({preventScroll: true});
    element.scrollIntoView({block: 'nearest'});
  }
});
