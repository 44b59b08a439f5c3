// The list is asked for anew as one types; what is chosen stays chosen as long as it is shown.
const filters = 'form[data-do=browse]';
const chosen = new Set();
let typing = 0;
const browse = (more = '') => {
  const form = element.querySelector(filters);
  if (form) tell(form, {...fieldsOf(form), more});
};
element.addEventListener('input', (event) => {
  clearTimeout(typing);
  if (event.target.closest(filters)) typing = setTimeout(browse, 250);
});
element.addEventListener('reset', () => setTimeout(browse));
element.addEventListener('click', (event) => {
  const more = event.target.closest('[data-more]');
  if (more) browse(more.dataset.more);
});
element.addEventListener('change', ({target}) => {
  if (target.name === 'chosen') chosen[target.checked ? 'add' : 'delete'](target.value);
});
watch('value', () => {
  const boxes = [...element.querySelectorAll('[name=chosen]')];
  const there = new Set(boxes.map((box) => box.value));
  for (const id of chosen) if (!there.has(id)) chosen.delete(id);
  for (const box of boxes) box.checked = chosen.has(box.value);
});
// What changes with the index is asked for when the view is looked at.
const look = () => {
  if (document.body.dataset.view === 'library' && !document.hidden) trigger('select', {do: 'library'});
};
document.addEventListener('dateline:view', look);
document.addEventListener('visibilitychange', look);
