// A file made by the server of what this page was shown: {"name", "text"}.
watch('value', () => {
  if (!props.value) return;
  const {name, text} = JSON.parse(props.value);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], {type: 'text/plain'}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  props.value = '';
});
