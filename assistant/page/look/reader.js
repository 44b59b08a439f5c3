const behind = () => ['#talking', '#library', '#top'].map((part) => document.querySelector(part));
const close = () => {
  if (!element.querySelector('.article')) return;
  behind().forEach((part) => { part.inert = false; });
  props.value = '';
  window.openedFrom?.focus();
};
element.addEventListener('click', (event) => { if (event.target.closest('.close')) close(); });
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });
watch('value', () => {
  const article = element.querySelector('.article');
  if (!article) return;
  behind().forEach((part) => { part.inert = matchMedia('(max-width: 800px)').matches; });
  const mark = article.querySelector('mark');
  if (mark) mark.scrollIntoView({block: 'center'}); else document.querySelector('#reader').scrollTop = 0;
  article.focus({preventScroll: true});
});
