const folded = () => element.querySelector('details');
const form = () => element.querySelector('form');
let draft = null, inside = false;  // what was typed and not applied yet; whether the focus was in here
const filled = (values) => {
  for (const field of form().querySelectorAll('[name]')) {
    if (field.type === 'checkbox') field.checked = values.getAll(field.name).includes(field.value);
    else field.value = values.get(field.name) ?? '';
  }
};
const find = (words) => {
  let found = 0;
  element.querySelectorAll('form li').forEach((item) => {
    item.hidden = !item.querySelector('span').textContent.toLowerCase().includes(words.trim().toLowerCase());
    found += !item.hidden;
  });
  element.querySelector('.none').hidden = found > 0;
};
const close = () => {
  draft = null;
  form().reset();
  folded().open = false;
  element.querySelector('summary').focus();
};
element.addEventListener('input', (event) => {
  if (event.target.type === 'search') find(event.target.value);
  else if (form()?.contains(event.target)) draft = new FormData(form());
});
element.addEventListener('submit', () => { draft = null; inside = true; });
element.addEventListener('click', (event) => {
  if (event.target.closest('.close')) close();
  inside = true;
});
element.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.target.type === 'search') event.preventDefault();
  if (event.key !== 'Escape' || !folded()?.open) return;
  event.stopPropagation();
  close();
});
// Who goes on to the question means what the form says.
element.addEventListener('focusout', (event) => {
  const to = event.relatedTarget;
  if (draft && to && !element.contains(to)) { form().requestSubmit(); inside = false; }
  else if (to && !element.contains(to)) inside = false;
});
watch('value', () => {
  if (!form()) return;
  if (draft) { folded().open = true; filled(draft); }  // the index has changed meanwhile
  if (inside && document.activeElement === document.body) {
    (folded().open ? element.querySelector('[name]') : element.querySelector('summary')).focus();
    form().scrollTop = 0;  // where it says what is wrong
  }
});
