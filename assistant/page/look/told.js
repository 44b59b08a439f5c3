watch('value', () => { if (element.textContent.trim()) element.scrollIntoView({block: 'nearest'}); });
