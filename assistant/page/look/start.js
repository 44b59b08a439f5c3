// The examples take a while to make: the page asks for them once it stands.
watch('value', () => {
  const wanted = element.querySelector('[data-wanted]');
  if (wanted) trigger('select', {do: wanted.dataset.wanted});
});
