// Every part of the page: a click on [data-do], or a form of that kind sent off, tells the server what it says.
// data-event="submit" asks a question, which is answered in a stream; any other is answered at once.
const tell = (from, fields = {}) => {
  const {event = 'select', ...data} = from.dataset;
  trigger(event, {...data, ...fields, opened: Date.now() % 1e9});
};
const fieldsOf = (form) => {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string') fields[name] = name in fields ? `${fields[name]}\n${value}` : value;
  }
  return fields;
};
element.addEventListener('click', (event) => {
  const from = event.target.closest('[data-do]');
  if (from && from.tagName !== 'FORM') tell(from);
});
element.addEventListener('submit', (event) => {
  const form = event.target.closest('form[data-do]');
  if (!form) return;  // one that the browser sends off itself
  event.preventDefault();
  tell(form, {...fieldsOf(form), ...(event.submitter?.dataset ?? {})});
});
