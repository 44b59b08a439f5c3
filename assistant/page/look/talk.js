// What has aria-describedby says more in the .tip that it names: a number, a source, the sign on a sentence.
let turns = 0, open = null, leaving = 0;
const pointed = (event) => {
  const to = event.target;
  if (to.closest('.tip')) return to.closest('.tip') === open?.tip ? open.from : null;
  // a whole source would hide those below it: its number is enough
  return to.closest('.cite, .why') ?? to.closest('.number')?.closest('.source') ?? to.closest('.checked')?.querySelector('.why');
};
const tipOf = (from) => document.getElementById(from?.getAttribute('aria-describedby'))?.closest('.tip');
const place = () => {
  if (!open?.from.isConnected) return;
  const at = open.from.getBoundingClientRect(), {width, height} = open.tip.getBoundingClientRect();
  const below = at.bottom + height + 6 < document.querySelector('#composer').getBoundingClientRect().top;
  open.tip.style.left = `${Math.max(12, Math.min(at.left - 32, innerWidth - width - 12))}px`;
  open.tip.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - height - 6)}px`;
};
const show = (from) => {
  clearTimeout(leaving);
  open?.tip.classList.remove('open');
  const tip = tipOf(from);
  open = tip ? {from, tip} : null;
  tip?.classList.add('open');
  place();
};
const held = () => open?.from === document.activeElement || open?.tip.contains(document.activeElement);
const leave = () => { clearTimeout(leaving); leaving = setTimeout(() => { if (!held()) show(null); }, 200); };
element.addEventListener('mouseover', (event) => { if (pointed(event)) show(pointed(event)); else leave(); });
element.addEventListener('mouseleave', leave);
element.addEventListener('focusin', (event) => {
  // a number that was clicked has opened its article already
  if (event.target.matches(':focus-visible, .why, .tip, .tip *')) show(event.target.closest('[aria-describedby]') ?? pointed(event));
});
element.addEventListener('focusout', leave);
document.addEventListener('scroll', place, true);
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !open?.from.isConnected) return;
  event.stopImmediatePropagation();
  show(null);
}, true);
document.addEventListener('click', (event) => {
  const from = pointed(event), button = event.target.closest('#talk [data-do]');
  show(button ? null : from);
  if (button) window.openedFrom = button.matches('.near') ? from : button;
});
// A later picture makes parts of the talk anew: what had the focus in it is known by its attributes, and has it again.
const CHANGING = ['aria-pressed', 'aria-expanded', 'data-show', 'disabled', 'value'];
const nameOf = (part) => part.tagName + [...part.attributes].filter(({name}) => !CHANGING.includes(name))
  .map(({name, value}) => `${name}=${value}`).sort().join('\n');
const alike = (turn, name) => [...turn?.querySelectorAll('button, a, summary, input, textarea') ?? []].filter((part) => nameOf(part) === name);
let at = null;
const keep = (part) => {
  const turn = part.closest('.turn'), name = nameOf(part);
  const typed = () => ('selectionStart' in part ? [part.value, part.selectionStart, part.selectionEnd] : null);
  at = turn && {part, name, turn: [...element.querySelectorAll('.turn')].indexOf(turn), place: alike(turn, name).indexOf(part), typed: typed()};
};
document.addEventListener('focusin', ({target}) => { if (element.contains(target)) keep(target); else at = null; });
document.addEventListener('pointerdown', () => { at = null; });
element.addEventListener('input', ({target}) => keep(target));
const refocus = () => {
  const now = document.activeElement;
  if (!at || (now !== document.body && (now !== at.part || nameOf(now) === at.name))) return;
  const part = alike(element.querySelectorAll('.turn')[at.turn], at.name)[at.place];
  if (!part) return;
  if (at.typed) {
    part.value = at.typed[0];
    part.setSelectionRange(at.typed[1], at.typed[2]);
  }
  part.focus({preventScroll: true});
};
let newest = 0, shown = null;
watch('value', () => {
  const made = Number(element.querySelector('[data-at]')?.dataset.at ?? 0);
  if (made < newest) { props.value = shown; return; }  // an earlier picture that was overtaken on its way
  [newest, shown] = [made, props.value];
  if (open && !open.from.isConnected) {  // what to ask next has come: what was open stays so
    const name = nameOf(open.from);
    show([...element.querySelectorAll('[aria-describedby]')].find((part) => nameOf(part) === name) ?? null);
  }
  const all = element.querySelectorAll('.turn');
  if (all.length > turns) all[all.length - 1].scrollIntoView({block: 'start'});
  if (all.length) document.dispatchEvent(new CustomEvent('dateline:asked', {detail: all[all.length - 1].dataset.question}));
  turns = all.length;
  refocus();
});
