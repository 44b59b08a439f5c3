let step = '';  // the way to another quote that was taken last
const behind = () => ['#talking', '#library', '#top'].map((part) => document.querySelector(part));
const close = () => {
  if (!element.querySelector('.article')) return;
  behind().forEach((part) => { part.inert = false; });
  props.value = '';
  window.openedFrom?.focus();
};
const bring = (part) => {
  part.scrollIntoView({block: 'center'});
  // a quote taller than the panel would begin behind the header, which stays
  const hidden = element.querySelector('header').getBoundingClientRect().bottom + 8 - part.getBoundingClientRect().top;
  if (hidden > 0) document.querySelector('#reader').scrollTop -= hidden;
};
element.addEventListener('click', (event) => {
  if (event.target.closest('.close')) close();
  step = event.target.closest('.steps button')?.name ?? '';
  if (event.target.closest('.to-notice')) {
    const notice = element.querySelector('.notice');
    bring(notice);
    notice.focus({preventScroll: true});
  }
});
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });
watch('value', () => {
  const article = element.querySelector('.article');
  if (!article) return;
  behind().forEach((part) => { part.inert = matchMedia('(max-width: 800px)').matches; });
  const mark = article.querySelector('mark[aria-current]');
  if (mark) bring(mark); else document.querySelector('#reader').scrollTop = 0;
  const again = step && article.querySelector(`.steps [name=${step}]:enabled`);
  (again || article).focus({preventScroll: true});
  if (step) article.style.animation = 'none';  // the panel is there already
  step = '';
});
