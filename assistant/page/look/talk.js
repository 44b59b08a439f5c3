let turns = 0, open = null, leaving = 0;
const marked = (event) => event.target.closest('.checked');
const place = () => {
  if (!open?.isConnected) return;
  const tip = open.querySelector('.tip'), at = open.querySelector('.why').getBoundingClientRect();
  const {width, height} = tip.getBoundingClientRect();
  const below = at.bottom + height + 6 < document.querySelector('#composer').getBoundingClientRect().top;
  tip.style.left = `${Math.max(12, Math.min(at.left - 32, innerWidth - width - 12))}px`;
  tip.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - height - 6)}px`;
};
const show = (mark) => {
  clearTimeout(leaving);
  open?.classList.remove('open');
  open = mark;
  open?.classList.add('open');
  place();
};
const leave = () => { leaving = setTimeout(() => { if (!open?.contains(document.activeElement)) show(null); }, 200); };
element.addEventListener('mouseover', (event) => { if (marked(event)) show(marked(event)); else leave(); });
element.addEventListener('mouseleave', leave);
element.addEventListener('focusin', (event) => show(marked(event)));
element.addEventListener('focusout', leave);
document.addEventListener('scroll', place, true);
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !open?.isConnected) return;
  event.stopImmediatePropagation();
  show(null);
}, true);
document.addEventListener('click', (event) => {
  const mark = marked(event), button = event.target.closest('#talk [data-do]');
  show(button ? null : mark);
  if (button) window.openedFrom = button.matches('.near') ? mark.querySelector('.why') : button;
});
watch('value', () => {
  if (open && !open.isConnected) {  // what to ask next has come: the mark that was open stays so
    const name = open.querySelector('.why').getAttribute('aria-describedby');
    show(element.querySelector(`.why[aria-describedby="${name}"]`)?.closest('.checked') ?? null);
  }
  const all = element.querySelectorAll('.turn');
  if (all.length > turns) all[all.length - 1].scrollIntoView({block: 'start'});
  if (all.length) document.dispatchEvent(new CustomEvent('dateline:asked', {detail: all[all.length - 1].dataset.question}));
  turns = all.length;
});
