const box = element.querySelector('#box');
const grow = () => { box.style.height = 'auto'; box.style.height = `${Math.min(box.scrollHeight + 2, 160)}px`; };
box.addEventListener('input', grow);
box.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  box.form.requestSubmit();
});
document.addEventListener('dateline:asked', (event) => {
  if (box.value.trim() === event.detail) box.value = '';
  grow();
});
box.focus();
