const box = element.querySelector('#box');
let recalled = null;  // which of the questions before stands in the box, the newest is 0
const grow = () => { box.style.height = 'auto'; box.style.height = `${Math.min(box.scrollHeight + 2, 160)}px`; };
const put = (text) => {
  box.value = text;
  grow();
  box.focus();
  box.setSelectionRange(text.length, text.length);
};
const asked = () => {
  const all = [...document.querySelectorAll('#talk .turn')].map((turn) => turn.dataset.question).reverse();
  return all.filter((question, place) => question !== all[place - 1]);
};
// Up in an empty box brings the last question back, again the one before; down goes forward; Esc empties.
const recall = (event) => {
  const all = asked();
  const here = recalled !== null && box.value === all[recalled];
  if (event.key === 'Escape' && recalled !== null) {
    recalled = null;
    event.stopPropagation();
    put('');
  } else if (event.key === 'ArrowUp' && (box.value === '' || here)) {
    if (!all.length) return;
    recalled = here ? Math.min(recalled + 1, all.length - 1) : 0;
    put(all[recalled]);
  } else if (event.key === 'ArrowDown' && here) {
    recalled = recalled ? recalled - 1 : null;
    put(recalled === null ? '' : all[recalled]);
  } else return;
  event.preventDefault();
};
box.addEventListener('input', () => { if (!box.value) recalled = null; grow(); });
box.addEventListener('keydown', (event) => {
  if (event.isComposing) return;
  recall(event);
  if (event.key !== 'Enter' || event.shiftKey) return;
  event.preventDefault();
  box.form.requestSubmit();
});
document.addEventListener('dateline:asked', (event) => {
  if (box.value.trim() === event.detail) { box.value = ''; recalled = null; }
  grow();
});
document.addEventListener('click', (event) => {
  const edit = event.target.closest('[data-edit]');
  if (edit) put(edit.dataset.edit);
});
box.focus();
