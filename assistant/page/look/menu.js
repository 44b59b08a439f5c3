// The menu of conversations, and what the browser alone can do: remember this tab's, save a file, copy, print.
const STORED = 'dateline:conversation';
const remember = (id) => { try { sessionStorage.setItem(STORED, id); } catch { /* then a reload begins anew */ } };
const remembered = () => { try { return sessionStorage.getItem(STORED) || ''; } catch { return ''; } };
const panel = () => element.querySelector('#conversations');
let saved = '', chosen = '';

const save = (file) => {
  const blob = new Blob([JSON.parse(file.dataset.text)], {type: `${file.dataset.kind};charset=utf-8`});
  const link = Object.assign(document.createElement('a'), {href: URL.createObjectURL(blob), download: file.dataset.name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};
watch('value', () => {
  const kept = element.querySelector('#kept'), file = element.querySelector('#file');
  if (kept && (kept.dataset.conversation || 'settled' in kept.dataset)) remember(kept.dataset.conversation);
  if (file && file.dataset.stamp !== saved) {
    saved = file.dataset.stamp;
    save(file);
  }
  if (!panel()?.matches(':popover-open')) return;
  const title = element.querySelector('#title');
  if (title && document.activeElement !== title) title.select();
  if (panel().contains(document.activeElement)) return;
  // What was chosen is gone: its neighbour has the focus then, as it would in a list on paper.
  (element.querySelector(`[data-conversation="${CSS.escape(chosen)}"]`) ?? panel().querySelector('button')).focus();
});
element.addEventListener('toggle', (event) => {
  if (event.target !== panel() || event.newState !== 'open') return;
  const at = element.querySelector('#others').getBoundingClientRect();
  document.body.style.setProperty('--menu-top', `${at.bottom + 6}px`);
  document.body.style.setProperty('--menu-left', `${Math.max(8, Math.min(at.left, innerWidth - panel().offsetWidth - 8))}px`);
  trigger('select', {do: 'conversations', words: '', opened: Date.now() % 1e9});
}, true);
// Whoever goes on by keyboard would be behind it; a focus that is lost, where the list is made anew, is nowhere.
element.addEventListener('focusout', ({target, relatedTarget}) => {
  if (panel()?.contains(target) && relatedTarget && !panel().contains(relatedTarget)) panel().hidePopover();
});
element.addEventListener('click', (event) => {
  const from = event.target.closest('button');
  chosen = from?.closest('[data-conversation]')?.dataset.conversation ?? '';
  if (from?.matches('[data-do=reopen], [data-do=new]')) {
    panel().hidePopover();
    if (document.body.dataset.view === 'library') location.hash = '#ask';
    document.querySelector('#box')?.focus();
  }
  if (from?.matches('#print')) { panel().hidePopover(); print(); }
});

const byHand = (text) => {
  const field = Object.assign(document.createElement('textarea'), {value: text, className: 'hidden'});
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
};
const copy = async ({plain, rich}) => {
  const typed = (text, type) => new Blob([text], {type});
  try {
    await navigator.clipboard.write([new ClipboardItem({
      'text/plain': typed(plain, 'text/plain'), 'text/html': typed(rich, 'text/html'),
    })]);
    return true;
  } catch {
    return byHand(plain);
  }
};
document.addEventListener('click', async (event) => {
  const button = event.target.closest?.('.copy');
  if (!button) return;
  const said = button.parentElement.querySelector('.copied');
  said.textContent = '';
  said.textContent = await copy(button.dataset) ? 'Copied.' : 'The browser refused: select the answer and copy it.';
  button.focus();
});

if (remembered()) setTimeout(() => trigger('select', {do: 'resume', conversation: remembered()}));
