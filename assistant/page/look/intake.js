// Files are looked at here, then sent to the server one by one, then added all at once; the server looks again.
let sent = null, begun = '0', halted = false;
const nameOf = (file) => file.webkitRelativePath || file.name;
const count = (number, word) => `${number.toLocaleString('en')} ${word}${number === 1 ? '' : 's'}`;
const megabytes = (bytes) => {
  const least = Math.max(bytes / 1e6, bytes ? 0.1 : 0);
  return `${least.toLocaleString('en', {maximumFractionDigits: 1})} MB`;
};
const say = (form, words) => { form.querySelector('[role=status]').textContent = words; };
const look = (form) => {
  const {files, each, all, endings, packed} = JSON.parse(form.dataset.limits);
  const bare = (name) => packed.reduce((left, end) => (left.endsWith(end) ? left.slice(0, -end.length) : left), name);
  const read = (name) => endings.some((end) => name.endsWith(end) || bare(name).endsWith(end));
  const given = [...form.querySelectorAll('[type=file]')].flatMap((input) => [...input.files]);
  const hidden = given.filter((file) => nameOf(file).split('/').some((part) => part.startsWith('.')));
  const other = given.filter((file) => !hidden.includes(file) && !read(file.name.toLowerCase()));
  const large = given.filter((file) => ![...hidden, ...other].includes(file) && file.size > each);
  const left = new Set([...hidden, ...other, ...large]);
  const kept = given.filter((file) => !left.has(file));
  const size = kept.reduce((sum, file) => sum + file.size, 0);
  const some = (list) => list.slice(0, 3).map(nameOf).join(', ') + (list.length > 3 ? ' …' : '');
  let words = `${count(kept.length, 'file')}, ${megabytes(size)}.`;
  if (hidden.length) words += ` Left out, hidden: ${hidden.length} (${some(hidden)}).`;
  if (other.length) words += ` Left out, of no format that is read: ${other.length} (${some(other)}).`;
  if (large.length) words += ` Left out, larger than ${megabytes(each)}: ${large.length} (${some(large)}).`;
  let refused = given.length ? '' : 'Choose files first, or a folder.';
  if (given.length && !kept.length) refused = `${words} There is nothing to add: choose other files.`;
  if (kept.length > files) refused = `These are ${count(kept.length, 'file')}; add ${files.toLocaleString('en')} or fewer.`;
  if (size > all) refused = `These are ${megabytes(size)}; add ${megabytes(all)} or less at once.`;
  return {kept, words, refused};
};
const send = async (form) => {
  const {kept, refused} = look(form);
  if (refused) { say(form, refused); return; }
  const bar = form.querySelector('progress'), [add, halt] = form.querySelectorAll('.ways button');
  const waiting = [...kept], arrived = [];
  const busy = (yes) => { add.disabled = yes; halt.hidden = bar.hidden = !yes; };
  const work = async () => {
    for (let file = waiting.shift(); file && !halted; file = waiting.shift()) {
      const {path} = await upload(file);
      arrived.push({path, name: nameOf(file)});
      bar.value = arrived.length / kept.length;
      say(form, `${arrived.length.toLocaleString('en')} of ${count(kept.length, 'file')} sent.`);
    }
  };
  halted = false;
  busy(true);
  try {
    await Promise.all([work(), work(), work()]);
    say(form, halted ? 'Cancelled: nothing was added.' : `${count(arrived.length, 'file')} sent.`);
    if (!halted) trigger('select', {do: 'add-files', files: JSON.stringify(arrived)});
  } catch (error) {
    halted = true;
    say(form, 'The files could not be sent, so nothing was added: see that the page is still served, then try again.');
  }
  busy(false);
};
element.addEventListener('change', ({target}) => {
  if (target.type !== 'file') return;
  const {words, refused} = look(target.form);
  say(target.form, refused || words);
});
element.addEventListener('click', ({target}) => { if (target.matches('#files [type=button]')) halted = true; });
element.addEventListener('submit', (event) => {
  sent = event.target;
  if (sent.id !== 'files') return;
  event.preventDefault();  // it is sent from here, file by file
  send(sent);
});
watch('value', () => {
  const now = element.querySelector('[data-begun]')?.dataset.begun ?? '0';
  if (now !== begun) sent?.reset();
  begun = now;
});
